"""The tables of the embedded store, release by release. A migration is never changed once it was released.

Each runs in one transaction with the note that it ran. Columns of type `bytes` hold marks (keyed hashes) or what is
sealed; of what people are or wrote, nothing is readable. Times are seconds since 1970, UTC.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("candour")


def from_later_release(db: Database) -> bool:
    """Whether a release that came after this one has written to the database."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    return any(migration.name not in known for migration in migrations.applied(db))


@migrations()
def conversations_and_what_is_counted(db: Database) -> None:
    """The first schema: conversations, events seen, feedback counts, unanswered questions."""
    person = ("organisation", "person")
    db.table("conversations").create(
        {"organisation": str, "person": str, "state": str, "until": float}, pk=person, not_null={"state", "until"}
    )
    db.table("events_seen").create(
        {"organisation": str, "key": str, "at": float}, pk=("organisation", "key"), not_null={"at"}
    )
    db.table("feedback").create(
        {"organisation": str, "matter": str, "opinion": str, "count": int}, pk=("organisation", "matter", "opinion")
    )
    db.table("unanswered").create({"organisation": str, "masked": str, "count": int}, pk=("organisation", "masked"))


@migrations()
def conversations_sealed(db: Database) -> None:
    """Conversations and event keys are no longer readable. Those of before are erased: they lived ten minutes.

    `until` is when the last question is forgotten, `kept` whether anything stays then, `wake` when to look again.
    """
    for table in ("conversations", "events_seen"):
        db.table(table).drop()
    db.table("keys").create(
        {"organisation": str, "purpose": str, "wrapped": bytes}, pk=("organisation", "purpose"), not_null={"wrapped"}
    )
    db.table("conversations").create(
        {"organisation": str, "person": bytes, "sealed": bytes, "kept": int, "until": float, "wake": float},
        pk=("organisation", "person"),
        not_null={"sealed", "kept"},
    )
    db.table("conversations").create_index(["until"])
    db.table("conversations").create_index(["wake"])
    db.table("events_seen").create(
        {"organisation": str, "event": bytes, "at": float}, pk=("organisation", "event"), not_null={"at"}
    )
    db.table("events_seen").create_index(["at"])


@migrations()
def cases_letters_and_the_audit_chain(db: Database) -> None:
    """What reports need. `position` counts cases in the order in which they were sent, `version` how often written."""
    db.table("directories").create(
        {"organisation": str, "version": int, "sealed": bytes}, pk="organisation", not_null={"version", "sealed"}
    )
    db.table("cases").create(
        {
            "organisation": str,
            "ref": str,
            "position": int,
            "version": int,
            "wrapped": bytes,
            "sealed": bytes,
            "wake": float,
        },
        pk=("organisation", "ref"),
        not_null={"position", "version", "wrapped", "sealed"},
    )
    db.table("cases").create_index(["wake"])
    db.table("cases").create_index(["organisation", "position"], unique=True)
    db.table("case_people").create(
        {"organisation": str, "person": bytes, "relation": str, "ref": str},
        pk=("organisation", "person", "relation", "ref"),
    )
    db.table("case_people").create_index(["organisation", "ref"])
    db.table("outbox").create(
        {
            "organisation": str,
            "letter": str,
            "sealed": bytes,
            "due": float,
            "attempts": int,
            "worker": str,
            "leased_until": float,
        },
        pk=("organisation", "letter"),
        not_null={"sealed", "due", "attempts"},
    )
    db.table("outbox").create_index(["letter"], unique=True)
    db.table("outbox").create_index(["due"])
    db.table("audit").create(
        {
            "organisation": str,
            "number": int,
            "at": str,
            "action": str,
            "case_mark": str,
            "by_mark": str,
            "digest": str,
            "previous": str,
            "hash": str,
        },
        pk=("organisation", "number"),
        not_null={"at", "action", "case_mark", "by_mark", "digest", "previous", "hash"},
    )
    db.table("operator_told").create(
        {"organisation": str, "what": str, "count": int}, pk=("organisation", "what"), not_null={"count"}
    )


@migrations()
def addresses(db: Database) -> None:
    """Where people can be written to on a platform that cannot be asked for it."""
    db.table("addresses").create(
        {"organisation": str, "platform": str, "person": bytes, "sealed": bytes},
        pk=("organisation", "platform", "person"),
        not_null={"sealed"},
    )


@migrations()
def shelves_concerns_and_links(db: Database) -> None:
    """Lists of cases by person; which cases were concerns about whom, as marks; links to pages. Whose cases were before
    is found again from the cases themselves, which only the key can read.
    """
    db.table("case_people").drop()
    db.table("case_shelves").create(
        {"organisation": str, "person": bytes, "shelf": str, "position": int, "ref": str},
        pk=("organisation", "person", "shelf", "position"),
        not_null={"ref"},
    )
    db.table("case_shelves").create_index(["organisation", "ref"])
    db.table("case_shelves").create_index(["organisation", "shelf", "position", "ref"])
    db.table("concerns").create(
        {"organisation": str, "person": bytes, "case_mark": bytes, "at": float},
        pk=("organisation", "person", "case_mark"),
        not_null={"at"},
    )
    db.table("links").create(
        {"organisation": str, "token": bytes, "sealed": bytes, "until": float},
        pk=("organisation", "token"),
        not_null={"sealed", "until"},
    )
    db.table("audit").create_index(["organisation", "case_mark"])
