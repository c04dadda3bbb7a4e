"""What is only counted, and nobody's: opinions, questions without an answer, and what the operator must look after."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.storage.sqlite_file import SqliteFile
from bot.turn import FeedbackGiven, QuestionUnanswered, Worry


class Counts:
    """Counts by organisation. Within a transaction."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def judged(self, organisation: str, record: FeedbackGiven) -> None:
        """Count an opinion on a matter."""
        self._count("feedback", ("organisation", "matter", "opinion"), (organisation, record.matter, record.opinion))

    def unanswered(self, organisation: str, record: QuestionUnanswered) -> None:
        """Count a masked question."""
        self._count("unanswered", ("organisation", "masked"), (organisation, record.masked))

    def worry(self, organisation: str, what: Worry) -> None:
        """Count something that the operator must look after."""
        self._count("operator_told", ("organisation", "what"), (organisation, what))

    def judgements(self, organisation: str) -> Mapping[str, Mapping[str, int]]:
        """Matter → opinion → count."""
        found: dict[str, dict[str, int]] = {}
        rows = self._file.rows("select matter, opinion, count from feedback where organisation = ?", (organisation,))
        for matter, opinion, count in rows:
            found.setdefault(matter, {})[opinion] = count
        return found

    def gaps(self, organisation: str) -> Mapping[str, int]:
        """Masked question → count, most frequent first."""
        return dict(
            self._file.rows(
                "select masked, count from unanswered where organisation = ? order by count desc, masked",
                (organisation,),
            )
        )

    def worries(self, organisation: str) -> Mapping[str, int]:
        """Word → count."""
        return dict(
            self._file.rows(
                "select what, count from operator_told where organisation = ? order by what", (organisation,)
            )
        )

    def _count(self, table: str, columns: tuple[str, ...], values: tuple[str, ...]) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(values))
        self._file.run(
            f"insert into {table} ({names}, count) values ({marks}, 1) "
            f"on conflict ({names}) do update set count = count + 1",
            values,
        )
