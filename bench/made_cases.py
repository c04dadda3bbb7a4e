"""Cases as a school could have them after some months: made up, the same ones in every run, of thirty steps each."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Literal, TypeAlias

from bot.cases import Case, Clock, Entered, Proposal, Recipient, Route, Said, Step
from bot.casework import code_of, spell
from bot.decisions import deciders
from bot.flows import Question
from bot.library import Library
from bot.people import Directory, Person
from bot.routing import route

STEPS = 30
"""Lines in the ledger of each case."""

_Standing: TypeAlias = Literal["closed", "withdrawn", "registered", "waiting", "taken", "late"]

_Picked: TypeAlias = dict[str, tuple[str, ...]]

_MIX: tuple[tuple[_Standing, int], ...] = (
    ("closed", 29),
    ("withdrawn", 1),
    ("registered", 5),
    ("waiting", 5),
    ("taken", 7),
    ("late", 3),
)
"""Of fifty cases, how many stand where. What follows `withdrawn` waits for some time to come."""

_AGE = timedelta(days=300)  # of the oldest
_BETWEEN_CASES, _BETWEEN_STEPS = timedelta(minutes=13), timedelta(minutes=90)

_SENTENCES = (
    "A student in my form wrote something unkind about me on a public page, and others joined in during the evening.",
    "I have kept the messages and taken screen prints with the time and the date on them.",
    "It began after the parents' evening two weeks ago and has gone on most days since.",
    "I have not answered any of it, and I have not told anybody else but my line manager.",
    "One of the accounts uses a picture that was taken in the classroom without anybody asking.",
    "I spoke with the family on the phone this morning; they did not know, and they will talk with their child.",
    "The page was reported to the site, and we wait for its answer.",
    "Please tell me if there is anything else that I should write down.",
    "The colleague was seen at lunch and says that the privacy settings were changed last night.",
    "Nothing more was posted since Tuesday, as far as anybody has seen.",
    "I would like it to stop, and I would rather that the form does not learn who reported it.",
    "We agreed that the tutor looks in every day this week, and that we speak again on Friday.",
    "The network supervisor has looked at the logs and found nothing that came from our own machines.",
    "It may be nothing, but I would rather have said it than not.",
)

_EVERY_DAY: tuple[Step, ...] = ("opened", "note", "opened", "message", "opened", "added")
"""What goes on between the first steps of a case and where it stands now."""


class MadeCases:
    """Makes cases one after the other, each newer than the one before. `now` is before all times that they wait for."""

    def __init__(self, library: Library, directory: Directory, now: datetime) -> None:
        self._library = library
        self._directory = directory
        self._now = now
        self._chance = random.Random(1)
        self._made = 0
        self._reporters = [person for person in directory.people.values() if person.active and person.manager]
        checklists = library.casework.checklists
        self._concerns = [flow for flow in library.routes if flow not in checklists]
        self._declared = [flow for flow, checklist in checklists.items() if checklist.confirm_days]
        self._outcomes = [outcome.id for outcome in library.casework.outcomes if outcome.pick]

    def make(self, count: int, due: Iterable[datetime]) -> Iterator[Case]:
        """So many new cases, a multiple of fifty. Some wait until the times in `due`, all others until much later."""
        stands = [standing for standing, share in _MIX for _ in range(share * count // 50)]
        waiting = sum(standing not in ("closed", "withdrawn") for standing in stands)
        later = self._now + timedelta(days=60)
        wakes = [*due, *(later + timedelta(minutes=number) for number in range(waiting))][:waiting]
        self._chance.shuffle(stands)
        self._chance.shuffle(wakes)
        for standing in stands:
            wake = later if standing in ("closed", "withdrawn") else wakes.pop()
            yield self._case(standing, wake)

    def _case(self, standing: _Standing, wake: datetime) -> Case:
        chance, library = self._chance, self._library
        reporter = chance.choice(self._reporters)
        academy = chance.choice(reporter.academies or self._directory.academies())
        flow = chance.choice(self._declared if standing == "registered" else self._concerns)
        questions = [library.questions[q] if isinstance(q, str) else q for q in library.flows[flow].questions]
        picked: _Picked = {q.id: (chance.choice(q.options).id,) for q in questions if q.options}
        way = self._route(flow, reporter, academy, picked)
        holder = chance.choice(way.recipients)
        taken = standing not in ("waiting", "withdrawn") and not (standing == "late" and chance.random() < 0.5)
        told = way.then[0] if standing == "late" and not taken and way.then else ()
        sent_at = self._now - _AGE + self._made * _BETWEEN_CASES
        self._made += 1
        case = Case(
            ref=spell(chance.randbytes(5)),
            flow=flow,
            code="",
            salt=chance.randbytes(32).hex(),
            sent_at=sent_at,
            urgent=chance.random() < 0.1,
            reporter=reporter.id,
            identity="named" if chance.random() < 0.7 else "confidential",
            academy=academy,
            said=tuple(self._said(question, picked) for question in questions),
            route=way,
            handlers=(*way.recipients, *told),
            due=wake if not taken and standing in ("waiting", "late") else None,
            taken_by=holder.person if taken else "",
            withdrawn=standing == "withdrawn",
            picked=picked,
            outcome=self._outcome(standing, flow),
        )
        case = self._waiting(case, standing, wake)
        lines = self._ledger(case, standing, holder, told)
        return replace(case, code=code_of(case), ledger=lines)

    def _route(self, flow: str, reporter: Person, academy: str, picked: _Picked) -> Route:
        rule = self._library.routes[flow]
        return route(
            rule,
            self._library.roles,
            self._directory,
            reporter=reporter.id,
            academy=academy,
            barred=frozenset(),
            answers=picked,
            chosen=(self._chance.choice(rule.receive),),
            day=self._now.date(),
        )

    def _said(self, question: Question, picked: _Picked) -> Said:
        if question.options:
            label = next(option.label for option in question.options if option.id in picked[question.id])
            return Said(asked=question.short, answer=label)
        return Said(asked=question.short, answer=self._words() if question.kind == "text" else "None of these")

    def _outcome(self, standing: _Standing, flow: str) -> str:
        if standing == "registered":
            return self._library.casework.checklists[flow].met
        return self._chance.choice(self._outcomes) if standing == "closed" else ""

    def _waiting(self, case: Case, standing: _Standing, wake: datetime) -> Case:
        """With its clocks; and of those who took something that several have to decide, with a proposal."""
        clocks: dict[Clock, datetime] = {}
        match standing:
            case "registered":
                clocks["confirm"] = wake
            case "waiting" if self._chance.random() < 0.7:
                clocks["remind"] = wake
                case = replace(case, due=wake + timedelta(hours=2))
            case "taken":
                clocks["idle"] = wake
            case "late" if case.taken_by:
                clocks["lapse"] = wake
        case = replace(case, clocks=clocks)
        rule = self._library.casework.decision
        if rule is None or standing != "taken" or case.flow not in rule.flows:
            return case
        proposal = Proposal(
            id=spell(self._chance.randbytes(5)).lower(),
            by=case.taken_by,
            at=case.sent_at + _BETWEEN_STEPS,
            purpose=self._words(),
            viewed=self._words(),
            why=self._words(),
            asked=tuple(sorted(deciders(case, rule, self._directory, self._library.roles))),
        )
        return replace(case, proposals=(proposal,), clocks={**clocks, "expire": self._now + timedelta(days=90)})

    def _ledger(
        self, case: Case, standing: _Standing, holder: Recipient, told: tuple[Recipient, ...]
    ) -> tuple[Entered, ...]:
        first: list[tuple[Step, Recipient | None]] = [("sent", None)]
        first += [("delivered", recipient) for recipient in case.route.recipients]
        first += [("opened", holder)]
        if case.taken_by:
            first.append(("taken", holder))
        last: list[tuple[Step, Recipient | None]] = []
        match standing:
            case "closed":
                last = [("closed", holder)]
            case "withdrawn":
                last = [("withdrawn", None)]
            case "registered":
                last = [("checked", holder)]
            case "late":
                last = [("reminded", holder)] if case.taken_by else [("escalated", recipient) for recipient in told]
        between: Iterable[tuple[Step, Recipient | None]] = (
            ("note" if step == "message" and not case.taken_by else step, None if step == "added" else holder)
            for step in cycle(_EVERY_DAY)
        )
        steps = [*first, *islice(between, STEPS - len(first) - len(last)), *last]
        return tuple(self._line(case, number, step, who) for number, (step, who) in enumerate(steps))

    def _line(self, case: Case, number: int, step: Step, who: Recipient | None) -> Entered:
        return Entered(
            at=case.sent_at + number * _BETWEEN_STEPS,
            step=step,
            person=who.person if who else "",
            role=who.role if who else "",
            text=self._words() if step in ("note", "message", "added", "closed") else "",
            detail=(("outcome", case.outcome),) if step == "closed" else (),
        )

    def _words(self) -> str:
        return " ".join(self._chance.sample(_SENTENCES, self._chance.randint(2, 5)))
