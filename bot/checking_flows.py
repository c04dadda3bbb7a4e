"""What must hold of flows and what they ask, so that nobody is led into a question that cannot be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.errors import Fault
from bot.flows import Flow, Question, QuestionFile, When
from bot.sources import Known, Source, unknown
from bot.yamltext import Path

_PICKED = ("choice", "many")
"""Kinds of question whose options are data; only they can be conditions."""
_OF_A_CASE = ("people", "recipients", "identity", "academy")
"""Kinds of question that make sense only where something is sent to somebody."""


def check_questions(source: Source, file: QuestionFile, known: Known) -> Iterator[Fault | None]:
    """Faults of the questions that several flows ask; whether they come in a fit order is each flow's matter."""
    for number, question in enumerate(file.questions):
        path = ("questions", number)
        yield from _question(source, path, question)
        yield from check_picked(source, path, question.when, known.questions, known)


def check_flow(source: Source, flow: Flow, known: Known) -> Iterator[Fault | None]:
    """Faults of a flow: its clauses, how people tell of it, what it asks, and whether that fits where it goes."""
    policy = known.policies.get(flow.policy)
    for clause in flow.clauses:
        if policy and clause not in policy.clauses:
            yield unknown(source, ("clauses",), "clause", clause, policy.clauses, known)
    if flow.always_urgent and flow.tellings:
        remedy = "Move them to urgent_tellings."
        yield source.fault(("tellings",), "an always urgent report has tellings that are not urgent", remedy)
    if not flow.tellings and not flow.urgent_tellings:
        yield source.fault((), "nobody could be understood to tell of this", "Add tellings or urgent_tellings.")
    yield from _questions(source, flow, known)
    questions = known.asked(flow)
    if flow.keeps == "case":
        yield from _sent(source, flow, known)
        if questions is not None:
            yield from _whole(source, flow, questions, known)
    elif questions is not None:
        for number, question in enumerate(questions):
            if question.kind in _OF_A_CASE:
                problem = f'"{question.id}" ({question.kind}) is asked where nothing is sent to anybody'
                yield source.fault(("questions", number), problem, "Remove it, or write keeps: case and add a route.")


def check_picked(
    source: Source, path: Path, when: When, asked: Mapping[str, Question], known: Known
) -> Iterator[Fault | None]:
    """Faults of a condition on those questions that are in `asked`: something must be picked there, and be offered."""
    for name, options in when.items():
        here = (*path, "when", name)
        question = asked.get(name)
        if question and question.kind not in _PICKED:
            remedy = "A condition can rest only on a question of kind choice or many."
            yield source.fault(here, f'nothing is picked in the question "{name}"', remedy)
        elif not options:
            remedy = "Name the options that it waits for, or remove the condition."
            yield source.fault(here, f'the condition on "{name}" can never hold', remedy)
        elif question:
            offered = [option.id for option in question.options]
            for option in options:
                if option not in offered:
                    yield unknown(source, here, f"option of {name}", option, offered, known)


def _question(source: Source, path: Path, question: Question) -> Iterator[Fault]:
    """What can be seen by looking at one question alone."""
    if question.kind in _PICKED and len(question.options) < 2:
        problem = f'"{question.id}" leaves nothing to choose'
        yield source.fault(path, problem, "Write two options or more, or make it kind: text.")
    if question.kind not in _PICKED and question.options:
        problem = f'"{question.id}" has options, which a question of kind {question.kind} does not show'
        yield source.fault((*path, "options"), problem, "Remove them, or make it kind: choice or kind: many.")
    seen: set[str] = set()
    for number, option in enumerate(question.options):
        if option.id in seen:
            remedy = "Give each option an id of its own."
            yield source.fault(
                (*path, "options", number), f'"{question.id}" has the option "{option.id}" twice', remedy
            )
        seen.add(option.id)
    if question.bars and question.kind != "people":
        problem = f'"{question.id}" cannot bar anybody: it does not ask for people'
        yield source.fault((*path, "bars"), problem, "Remove bars, or make it kind: people.")


def _questions(source: Source, flow: Flow, known: Known) -> Iterator[Fault | None]:
    """Each question of a flow in its turn, with what was asked before it."""
    settled = known.asked(flow) is not None
    before: dict[str, Question] = {}
    for number, asked in enumerate(flow.questions):
        path: Path = ("questions", number)
        question = known.questions.get(asked) if isinstance(asked, str) else asked
        if question is None:
            yield unknown(source, path, "question", str(asked), known.questions, known)
            continue
        if question is asked:
            yield from _own(source, path, question, before, known)
        else:
            # Conditions on shared questions are looked at once, in the file of shared questions.
            here = {name: found for name, found in before.items() if name not in known.questions}
            yield from check_picked(source, path, question.when, here, known)
        if question.id in before:
            yield source.fault(path, f'"{question.id}" is asked twice', "Keep the first.")
        for name in question.when:
            if settled and name not in before:
                problem = f'"{question.id}" waits for an answer to "{name}", which is not asked before it'
                place = (*path, "when", name) if question is asked else path
                yield source.fault(place, problem, "Ask that one earlier, or correct the condition.")
        before.setdefault(question.id, question)


def _own(
    source: Source, path: Path, question: Question, before: Mapping[str, Question], known: Known
) -> Iterator[Fault | None]:
    """A question that is written out in the flow."""
    yield from _question(source, path, question)
    yield from check_picked(source, path, question.when, before, known)
    if question.id in known.questions:
        problem = f'"{question.id}" is also the id of a shared question'
        yield source.fault(path, problem, f"Write only its name (- {question.id}), or give this one another id.")


def _sent(source: Source, flow: Flow, known: Known) -> Iterator[Fault | None]:
    if flow.id not in known.routes and "route" not in known.partial:
        remedy = f'Add "{flow.id}" to routes.yaml, or write keeps: date if nothing is sent to anybody.'
        yield source.fault((), "nobody would receive this: it has no route", remedy)


def _whole(source: Source, flow: Flow, questions: tuple[Question, ...], known: Known) -> Iterator[Fault]:
    """What only the flow as a whole shows, with its route."""
    if not any(question.kind in ("text", "choice") for question in questions):
        remedy = "Ask what was seen or heard: a question of kind text or choice."
        yield source.fault(("questions",), "nothing is asked that its reader could act on", remedy)
    route = known.routes.get(flow.id)
    choosing = [number for number, question in enumerate(questions) if question.kind == "recipients"]
    if route and route.how == "all":
        for number in choosing:
            problem = f'"{questions[number].id}" asks who should receive it, but its route says all'
            yield source.fault(
                ("questions", number), problem, "Remove it, or write how: one or how: some in routes.yaml."
            )
    if route and route.how != "all" and not choosing:
        problem = f"nobody is asked who should receive it, but its route says {route.how}"
        yield source.fault(
            ("questions",), problem, "Add a question of kind recipients, or write how: all in routes.yaml."
        )
