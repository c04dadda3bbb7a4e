"""What a guided conversation asks next, what counts of the answers, and where it would go.

Only computed, never kept: the path follows from the flow, the answers so far and the directory, so that changing an
early answer changes everything behind it, and answers off the path no longer count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.cases import Identity, Recipient, Route, Said
from bot.flows import Flow, Question
from bot.knowledge import RoleId
from bot.library import Library
from bot.people import Directory
from bot.routing import holds, permitted, reachable, route
from bot.words import called

Answers = Mapping[str, tuple[str, ...]]
"""Question → what was picked, or the words written. An empty answer was skipped; a missing one was not met yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One person's way through one flow, on one day; `link` leads to a message it is about."""

    library: Library
    flow: Flow
    directory: Directory
    reporter: str
    day: date
    link: str = ""

    def path(self, answers: Answers) -> tuple[Question, ...]:
        """The questions this reporter meets, given the answers so far; the last ones may still change."""
        return tuple(self._walk(answers))

    def prune(self, answers: Answers) -> dict[str, tuple[str, ...]]:
        """The answers that count: those on the path, and of what was picked only what is still offered."""
        # Whoever was barred stays barred, whatever the academy or the directory is by now.
        kept = {q.id: answers[q.id] for q in self._questions() if q.bars and q.id in answers}
        for question in self._walk(answers):
            if question.id in answers and not question.bars:
                given = answers[question.id]
                offered = self.options(question, kept)
                still = given if question.kind == "text" else tuple(pick for pick in given if pick in offered)
                if still or not given:
                    kept[question.id] = still
        return kept

    def next_question(self, answers: Answers) -> Question | None:
        """The first question on the path that is not answered yet."""
        return next((question for question in self.path(answers) if question.id not in answers), None)

    def options(self, question: Question, answers: Answers) -> dict[str, str]:
        """What can be picked: value → label. Empty for text."""
        match question.kind:
            case "text":
                return {}
            case "people":
                return {found.person: self.called(found) for found in self._reachable(answers)}
            case "recipients":
                return {role: self.library.roles[role].title for role in self._permitted(answers)}
            case "identity":
                wording = self.library.report_wording
                return {"named": wording.named, "confidential": wording.confidential}
            case "academy":
                return {academy: academy for academy in self._academies()}
            case _:
                return {option.id: option.label for option in question.options}

    def called(self, recipient: Recipient) -> str:
        """A recipient as reporters read it: the role, and the name where the role shows it."""
        return called(self.library, self.directory, recipient.person, recipient.role)

    def academy(self, answers: Answers) -> str:
        """The academy it is about: as answered, or the only one where the reporter works, or none."""
        asked = next((q.id for q in self._questions() if q.kind == "academy"), "")
        here = self._academies()
        return next(iter(answers.get(asked, ())), here[0] if len(here) == 1 else "")

    def barred(self, answers: Answers) -> frozenset[str]:
        """Whom the reporter has barred so far."""
        return frozenset(person for q in self._questions() if q.bars for person in answers.get(q.id, ()))

    def urgent(self, answers: Answers) -> bool:
        """Whether it goes at once, at any hour."""
        picked = ((q, answers.get(q.id, ())) for q in self._questions())
        return self.flow.always_urgent or any(
            option.urgent and option.id in given for q, given in picked for option in q.options
        )

    def identity(self, answers: Answers) -> Identity:
        """How the name is treated. Named where it is not asked: a declaration without a name is none."""
        given = (answers.get(q.id, ()) for q in self._questions() if q.kind == "identity")
        return "confidential" if any("confidential" in picked for picked in given) else "named"

    def route(self, answers: Answers) -> Route:
        """Where it would go with these answers."""
        chosen = (answers.get(q.id, ()) for q in self._questions() if q.kind == "recipients")
        return route(
            self.library.routes[self.flow.id],
            self.library.roles,
            self.directory,
            reporter=self.reporter,
            academy=self.academy(answers),
            barred=self.barred(answers),
            answers=answers,
            chosen=tuple(role for roles in chosen for role in roles),
            day=self.day,
        )

    def picked(self, answers: Answers) -> dict[str, tuple[str, ...]]:
        """What was picked and not written, by question: whom it is about, and what decides how it is worked on."""
        kinds = ("choice", "many", "people")
        return {q.id: answers[q.id] for q in self.path(answers) if q.kind in kinds and answers.get(q.id)}

    def mark(self, answers: Answers) -> str:
        """A short mark of everything that a review shows: another mark, another review."""
        said = [(line.asked, line.answer) for line in self.to_read(answers)]
        route = self.route(answers)
        shown = repr((said, self.identity(answers), route.recipients, route.then))
        return hashlib.sha256(shown.encode("utf-8", "backslashreplace")).hexdigest()[:12]

    def to_read(self, answers: Answers) -> tuple[Said, ...]:
        """Everything that a reader of the report will read."""
        linked = Said(asked=self.library.report_wording.link, answer=self.link)
        return (*((linked,) if self.link else ()), *(said for _, said in self.said(answers)))

    def said(self, answers: Answers) -> tuple[tuple[Question, Said], ...]:
        """What was answered, question by question; who receives it is not part of it."""
        hidden = ("recipients", "identity")
        shown = (question for question in self.path(answers) if question.kind not in hidden)
        return tuple(
            (question, Said(asked=question.short, answer=self._words(question, answers))) for question in shown
        )

    def _words(self, question: Question, answers: Answers) -> str:
        given = answers.get(question.id, ())
        if question.kind == "text":
            return "\n".join(given)
        if question.kind == "people" and question.id in answers and not given:
            return self.library.report_wording.nobody_ticked
        labels = self.options(question, answers)
        people = self.directory.people
        return ", ".join(labels.get(pick) or (people[pick].name if pick in people else pick) for pick in given)

    def _walk(self, answers: Answers) -> Iterator[Question]:
        met: dict[str, tuple[str, ...]] = {}
        for question in self._questions():
            if holds(question.when, met) and self._applies(question, met):
                if question.id in answers:
                    met[question.id] = answers[question.id]
                yield question

    def _applies(self, question: Question, answers: Answers) -> bool:
        """A question with nothing to choose from, or only one thing, is not asked."""
        match question.kind:
            case "people":
                return bool(self._reachable(answers)) or bool(answers.get(question.id))
            case "recipients":
                return len(self._permitted(answers)) > 1
            case "academy":
                return len(self._academies()) > 1
            case _:
                return True

    def _questions(self) -> tuple[Question, ...]:
        return tuple(self.library.questions[q] if isinstance(q, str) else q for q in self.flow.questions)

    def _academies(self) -> tuple[str, ...]:
        """Where it can be: where the reporter works, or anywhere for those who work everywhere or are not known."""
        person = self.directory.people.get(self.reporter)
        return (person.academies if person else ()) or self.directory.academies()

    def _reachable(self, answers: Answers) -> tuple[Recipient, ...]:
        rule = self.library.routes[self.flow.id]
        roles, academy = self.library.roles, self.academy(answers)
        return reachable(rule, roles, self.directory, reporter=self.reporter, academy=academy, day=self.day)

    def _permitted(self, answers: Answers) -> tuple[RoleId, ...]:
        return permitted(
            self.library.routes[self.flow.id],
            self.library.roles,
            self.directory,
            reporter=self.reporter,
            academy=self.academy(answers),
            barred=self.barred(answers),
            day=self.day,
        )
