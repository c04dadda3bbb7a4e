"""Guided conversations put into words: the beginning, each question, the review. Who answers what is in `interview`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.cases import Route
from bot.flows import Flow, Question
from bot.library import Library
from bot.messages import Block, Choices, Facts, Message, Notice, Option, Paragraph, Steps, TextBox, Ticks, Written
from bot.reporting import Guide
from bot.routing import beyond
from bot.speaking import say
from bot.state import Draft
from bot.words import all_of, contact, day, listed, one_of, the_roles

_IN_PRIVATE = ("text", "people")
"""Kinds of question that are answered in a private window: the story, and names."""


def menu(library: Library) -> Message:
    """Every kind of guided conversation, to choose from."""
    flows = tuple(Option(label=flow.offer, value=f"report:{flow.id}") for flow in library.flows.values())
    return say(library.report_wording.menu, Choices(prompt="", options=flows))


def beginning(library: Library, flow: Flow, platform: str) -> Message:
    """What somebody should know before the first question: safety, what the chat shows, who would get it."""
    words = library.report_wording
    kept = flow.keeps == "case"
    options = [Option(label=words.begin if kept else flow.offer, value=f"begin:{flow.id}")]
    if flow.id in library.routes:
        options.append(Option(label=words.who_label, value=f"who:{flow.id}"))
    options.append(Option(label=words.not_now, value=f"not-now:{flow.id}"))
    urgent = [Notice(text=library.wording.report_urgent, urgent=True)] if flow.always_urgent else []
    steps = flow.urgent_steps if flow.always_urgent else flow.first_steps
    return Message(
        summary=library.wording.report_urgent if flow.always_urgent else words.report_something,
        blocks=(
            *urgent,
            Steps(title=flow.title, steps=steps),
            Paragraph(text=words.start.format(platform=platform or words.this_chat) if kept else words.start_date),
            Choices(prompt="", options=tuple(options)),
        ),
    )


def who(library: Library, flow: Flow) -> Message:
    """Who would get it, by role, before anything is begun."""
    words, rule = library.report_wording, library.routes[flow.id]
    together = all_of(library) if rule.how == "all" else one_of(library)
    roles = listed([library.roles[role].title for role in rule.receive], together)
    known = words.who_all if rule.how == "all" else words.who_choose
    blocks: list[Block] = [Paragraph(text=known.format(roles=roles)), Paragraph(text=rule.because)]
    blocks += [Paragraph(text=addition.because) for addition in rule.also]
    if above := beyond(library.roles, rule.receive):
        titles = [library.roles[role].title for role in above if role not in rule.receive]
        blocks.append(Paragraph(text=words.who_then.format(roles=listed(titles, all_of(library)))))
    begin = Option(label=words.begin, value=f"begin:{flow.id}")
    not_now = Option(label=words.not_now, value=f"not-now:{flow.id}")
    blocks.append(Choices(prompt="", options=(begin, not_now)))
    return Message(summary=words.who_label, blocks=tuple(blocks))


def not_now(library: Library, flow: Flow) -> Message:
    """Nothing was begun; who can be with somebody all the same."""
    return say(library.report_wording.not_now_reply, *support(library, flow))


def unfinished(library: Library, draft: Draft, wanted: str) -> Message:
    """A draft is there already when another one is begun."""
    words = library.report_wording
    carry_on = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
    replace = Option(label=words.replace, value=f"replace:{draft.id}:{wanted}")
    noun = library.flows[draft.flow].noun
    return say(words.unfinished.format(noun=noun), Choices(prompt="", options=(carry_on, replace)))


def question(guide: Guide, draft: Draft, asked: Question, problem: str = "") -> Message:
    """One question, with everything that can be done about it; `problem` says why it is asked again."""
    library = guide.library
    private = draft.reviewing
    blocks: list[Block] = [Notice(text=problem)] if problem else []
    if not draft.reviewing and not problem:
        blocks.append(Paragraph(text=_progress(guide, draft, asked)))
    if not _shows_input(guide, asked, private):
        blocks.append(Paragraph(text=asked.ask))
    if asked.help:
        blocks.append(Paragraph(text=asked.help))
    blocks.extend(_answering(guide, draft, asked, private))
    blocks.append(_ways(library, guide, draft, asked))
    return Message(summary=library.report_wording.report_something, blocks=tuple(blocks), private=private)


def window(guide: Guide, draft: Draft, asked: Question, problem: str = "", kept: str | None = None) -> Message:
    """The private window of a question: the box to write in, or the list to tick. `kept` is what was in it."""
    blocks: list[Block] = [Notice(text=problem)] if problem else []
    blocks.append(_input(guide, draft, asked, kept))
    return Message(summary=asked.ask, blocks=tuple(blocks), private=True)


def ready(guide: Guide, draft: Draft) -> Message:
    """All is answered: the way to the review."""
    words = guide.library.report_wording
    options = (
        Option(label=words.read_and_send, value=f"draft:{draft.id}:review"),
        Option(label=words.later, value=f"draft:{draft.id}:later"),
        Option(label=words.cancel, value=f"draft:{draft.id}:cancel"),
    )
    return say(words.ready.format(noun=guide.flow.noun), Choices(prompt="", options=options))


def review(guide: Guide, draft: Draft, changed: str = "") -> Message:
    """Everything as it will be read, each answer to change or remove, and who will read it under what name.

    `changed` says that it is no longer what was read before.
    """
    words = guide.library.report_wording
    blocks: list[Block] = [Notice(text=changed)] if changed else []
    blocks.append(Paragraph(text=words.review_intro))
    if guide.link:
        blocks.append(Written(label=words.link, text=guide.link))
    for asked, said in guide.said(draft.answers):
        ways = [Option(label=words.change, value=f"draft:{draft.id}:change:{asked.id}")]
        if draft.answers.get(asked.id) and (asked.optional or asked.kind == "text"):
            ways.append(Option(label=words.remove, value=f"draft:{draft.id}:remove:{asked.id}"))
        blocks.append(Written(label=said.asked, text=said.answer or words.not_answered, options=tuple(ways)))
    route = guide.route(draft.answers)
    blocks += _receivers(guide, route)
    if route.recipients:
        blocks.append(Paragraph(text=_name_words(guide, draft, route)))
    for asked in guide.path(draft.answers):
        if asked.kind in ("recipients", "identity"):
            picked = guide.options(asked, draft.answers)
            answer = ", ".join(picked[p] for p in draft.answers.get(asked.id, ()) if p in picked)
            change = Option(label=words.change, value=f"draft:{draft.id}:change:{asked.id}")
            blocks.append(Written(label=asked.short, text=answer or words.not_answered, options=(change,)))
    options = (
        Option(label=words.send, value=f"draft:{draft.id}:send:{guide.mark(draft.answers)}"),
        Option(label=words.later, value=f"draft:{draft.id}:later"),
        Option(label=words.cancel, value=f"draft:{draft.id}:cancel"),
    )
    blocks.append(Choices(prompt="", options=options))
    return Message(summary=words.review, blocks=tuple(blocks), private=True)


def cancel(guide: Guide, draft: Draft) -> Message:
    """Asks once, and says what is deleted."""
    words = guide.library.report_wording
    said = words.cancel_ask.format(noun=guide.flow.noun, count=len(draft.answers))
    options = (
        Option(label=words.cancel_yes, value=f"draft:{draft.id}:cancel-yes"),
        Option(label=words.cancel_no, value=f"draft:{draft.id}:carry-on"),
    )
    return say(said, Choices(prompt="", options=options))


def later(guide: Guide, draft: Draft) -> Message:
    """The draft stays; until when, and the way back."""
    words, calendar = guide.library.report_wording, guide.library.calendar
    until = day(guide.library, draft.touched + timedelta(days=calendar.draft_days))
    option = Option(label=words.carry_on, value=f"draft:{draft.id}:carry-on")
    said = words.later_reply.format(noun=guide.flow.noun, date=until)
    return say(said, Choices(prompt="", options=(option,)), *support(guide.library, guide.flow))


def support(library: Library, flow: Flow) -> list[Block]:
    """Who can be with somebody in this; also for those who give up half way."""
    return [Steps(title=library.report_wording.support, steps=flow.support)] if flow.support else []


def done(guide: Guide, answers: dict[str, tuple[str, ...]]) -> Message:
    """The end of a conversation that keeps only its date: what there is to put right."""
    words = guide.library.report_wording
    todo = tuple(
        step
        for asked in guide.path(answers)
        for option in asked.options
        if option.id in answers.get(asked.id, ())
        for step in option.steps
    )
    after = [Steps(title=words.afterwards, steps=guide.flow.afterwards)] if guide.flow.afterwards else []
    if not todo:
        return say(words.done_nothing, *after)
    return say(words.done, Steps(title=guide.library.wording.instead, steps=todo), *after)


def picked_steps(guide: Guide, asked: Question, picked: tuple[str, ...]) -> list[Block]:
    """What to do at once after an answer."""
    steps = tuple(step for option in asked.options if option.id in picked for step in option.steps)
    return [Steps(title=guide.library.wording.instead, steps=steps)] if steps else []


def _progress(guide: Guide, draft: Draft, asked: Question) -> str:
    words, path = guide.library.report_wording, guide.path(draft.answers)
    if not draft.answers:
        return words.first_question.format(total=len(path))
    return words.next_question.format(number=path.index(asked) + 1, total=len(path))


def _answering(guide: Guide, draft: Draft, asked: Question, private: bool) -> Iterator[Block]:
    words = guide.library.report_wording
    if asked.kind == "identity":
        yield Paragraph(text=words.named_words)
        if (route := guide.route(draft.answers)).recipients:
            yield Paragraph(text=_confidential(guide, route))
    if asked.kind in _IN_PRIVATE and not private:
        text = asked.kind == "text"
        label, hint = (words.write, words.write_hint) if text else (words.choose, words.choose_hint)
        yield Paragraph(text=hint)
        yield Choices(prompt="", options=(Option(label=label, value=f"draft:{draft.id}:write:{asked.id}"),))
    elif _shows_input(guide, asked, private):
        yield _input(guide, draft, asked)
    else:
        offered = guide.options(asked, draft.answers)
        to_pick = (
            Option(label=label[:75], value=f"draft:{draft.id}:pick:{asked.id}:{v}") for v, label in offered.items()
        )
        yield Choices(prompt="", options=tuple(to_pick))


def _shows_input(guide: Guide, asked: Question, private: bool) -> bool:
    """Whether the question is asked by a box or a list, which has it as its label."""
    return asked.kind == "many" or ticked(guide, asked) or (private and asked.kind in _IN_PRIVATE)


def ticked(guide: Guide, asked: Question) -> bool:
    """Whether several recipients may be chosen."""
    return asked.kind == "recipients" and guide.library.routes[guide.flow.id].how == "some"


def _input(guide: Guide, draft: Draft, asked: Question, kept: str | None = None) -> Block:
    words, given = guide.library.report_wording, draft.answers.get(asked.id, ())
    form = f"draft:{draft.id}:{asked.id}"
    if asked.kind == "text":
        text = "\n".join(given) if kept is None else kept
        return TextBox(form=form, label=asked.ask, send=words.save_text, text=text, limit=asked.limit)
    offered = guide.options(asked, draft.answers)
    options = tuple(Option(label=label[:75], value=value) for value, label in offered.items())
    return Ticks(form=form, label=asked.ask, options=options, ticked=given, send=words.save_ticks)


def _ways(library: Library, guide: Guide, draft: Draft, asked: Question) -> Choices:
    """The ways out of a question, as an aside."""
    words, start = library.report_wording, f"draft:{draft.id}"
    ways = []
    path = guide.path(draft.answers)
    if path and path[0] != asked and not draft.reviewing:
        ways.append(Option(label=words.back, value=f"{start}:back"))
    if asked.optional:
        ways.append(Option(label=words.skip, value=f"{start}:skip:{asked.id}"))
    ways += [
        Option(label=words.later, value=f"{start}:later"),
        Option(label=words.hide, value="hide"),
        Option(label=words.cancel, value=f"{start}:cancel"),
    ]
    return Choices(prompt="", options=tuple(ways), quiet=True)


def _receivers(guide: Guide, route: Route) -> Iterator[Block]:
    library, words = guide.library, guide.library.report_wording
    if not route.recipients:
        yield Notice(text=words.receives_nobody.format(contact=contact(library)), urgent=True)
        return
    people = listed([guide.called(recipient) for recipient in route.recipients], all_of(library))
    yield Facts(rows=((words.receives, people), *_next(guide, route)))
    yield Paragraph(text=" ".join(route.because))


def _next(guide: Guide, route: Route) -> Iterator[tuple[str, str]]:
    words = guide.library.report_wording
    for group in route.then:
        yield words.receives_then, listed([guide.called(recipient) for recipient in group], all_of(guide.library))


def _name_words(guide: Guide, draft: Draft, route: Route) -> str:
    if guide.identity(draft.answers) == "named":
        return guide.library.report_wording.named_words
    return _confidential(guide, route)


def _confidential(guide: Guide, route: Route) -> str:
    """What confidential means, with everybody who may come to see the name: also those who are told next."""
    roles = the_roles(guide.library, route.everybody)
    return guide.library.report_wording.confidential_words.format(recipients=roles)
