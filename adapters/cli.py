"""The `candour` command. What it prints and its exit status are a contract (design, section 5)."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from adapters import caselist, platforms, records
from adapters.plain import to_text
from bot.answering import Answer, find
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.core import handle
from bot.errors import Conflict, KnowledgeError, SettingsError
from bot.events import Actor, TextReceived
from bot.matching.text import clean
from bot.scene import Scene
from bot.settings import Settings, read_settings
from bot.speaking import quote
from bot.state import Conversation


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0, 1 (a fault, explained on stderr); argparse exits with 2."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options, read_settings()))
    except KnowledgeError as error:
        count = len(error.faults)
        print(f"The knowledge has {count} fault{'s' if count > 1 else ''}:", file=sys.stderr)
        for fault in error.faults:
            print(f"  {fault}", file=sys.stderr)
    except (SettingsError, Conflict) as error:
        print(textwrap.fill(str(error), 100), file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has seen enough, as with head
        return 0
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="candour",
        description="Answers staff's questions from the organisation's own policy.",
        epilog="CANDOUR_KNOWLEDGE names another knowledge folder; CANDOUR_DATA where the database and the compiled "
        "knowledge live (default: .candour).",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer a question, or many", description=_ask.__doc__)
    ask.add_argument("question", nargs="?", help="the question, in any words")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    form.add_argument("--jsonl", action="store_true", help='read {"id", "q"} objects, print one answer a line')
    ask.set_defaults(command=_ask)

    check = commands.add_parser("check", help="report every fault in the knowledge", description=_check.__doc__)
    check.set_defaults(command=_check)

    calibrate = commands.add_parser(
        "calibrate", help="set the thresholds from the examples", description=_calibrate.__doc__
    )
    calibrate.set_defaults(command=_calibrate)

    gaps = commands.add_parser("gaps", help="what staff asked that found no answer", description=_gaps.__doc__)
    gaps.add_argument("--json", action="store_true", help="print as one JSON object")
    gaps.set_defaults(command=_gaps)

    run = commands.add_parser("run", help="serve Slack if it is set up, else the playground", description=_run.__doc__)
    run.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    run.add_argument("--port", type=int, default=8765, help="the port, or 0 for any free one (default: 8765)")
    run.set_defaults(command=_run)
    records.add_commands(commands)
    caselist.add_commands(commands)
    platforms.add_commands(commands)
    return parser


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    """Answer from the policy. With --jsonl, questions come from standard input, one JSON object a line."""
    if options.jsonl:
        return _ask_many(_open(settings), sys.stdin.buffer, sys.stdout)
    if options.question is None:
        print('Give a question: candour ask "can I …?"', file=sys.stderr)
        return 2
    knowledge = _open(settings)
    if options.json:
        print(_json(answer_json(knowledge, "", options.question)))
    else:
        print(answer_text(knowledge, options.question))
    return 0


def _open(settings: Settings) -> Knowledge:
    return open_knowledge(settings.knowledge, settings.cache, _progress)


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _ask_many(knowledge: Knowledge, questions: Iterable[bytes], answers: TextIO) -> int:
    for number, asked in _questions(questions):
        if isinstance(asked, str):
            print(f"Line {number}: {asked}. Nothing after it was answered.", file=sys.stderr)
            return 1
        found = answer_json(knowledge, asked["id"], asked["q"])
        answers.write(_json(found) + "\n")
    return 0


def _json(value: object) -> str:
    """JSON as people read it; a lone surrogate, which no output can hold, stays escaped."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def _questions(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each numbered line as an object with id and q, or what is wrong with it.

    Lines are read as bytes, so that one that is no text does not take the earlier ones with it.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield number, "this is not UTF-8 text"
            return
        except (ValueError, RecursionError) as error:
            yield number, f"this is not JSON ({type(error).__name__}: {error})"
            return
        if not isinstance(asked, dict) or "id" not in asked or not isinstance(asked.get("q"), str):
            yield number, 'each line must be an object with "id" and a string "q"'
            return
        yield number, asked


def answer_text(knowledge: Knowledge, question: str) -> str:
    """The answer as a person reads it in a terminal: the first turn of a conversation."""
    nobody = Actor(organisation="", person="")
    event = TextReceived(actor=nobody, key="", at=datetime.now(UTC), text=question)
    replies = handle(knowledge, Scene(state=Conversation(), chance=bytes(16)), event).replies
    return "\n\n".join(to_text(reply.blocks) for reply in replies)


def answer_json(knowledge: Knowledge, question_id: object, question: str) -> dict[str, Any]:
    """The answer as the documented object; every form of `candour ask` decides in the same way."""
    finding = find(knowledge, clean(question).text)
    return {
        "id": question_id,
        "kind": finding.kind,
        "answers": [_answer(knowledge, answer) for answer in finding.answers if answer.entry],
        "suggestions": [_suggestion(knowledge, entry) for entry in finding.suggestions],
        "report": finding.report,
        "urgent": finding.urgent,
    }


def _answer(knowledge: Knowledge, answer: Answer) -> dict[str, Any]:
    assert answer.entry is not None
    entry = knowledge.library.entries[answer.entry]
    words = quote(knowledge.library, entry)
    return {
        "entry": entry.id,
        "clause": entry.clause,
        "also": list(entry.also),
        "verdict": answer.verdict,
        "headline": entry.headline,
        "quote": words.text if words else "",
        "score": round(answer.score, 2),
    }


def _suggestion(knowledge: Knowledge, entry_id: str) -> dict[str, Any]:
    entry = knowledge.library.entries[entry_id]
    return {"entry": entry.id, "clause": entry.clause, "label": entry.title}


def _check(_: argparse.Namespace, settings: Settings) -> int:
    """Report every fault in the knowledge at once; prove that every report reaches somebody; list what is open."""
    from bot.loading import load

    library = load(settings.knowledge)
    phrasings = sum(map(len, library.phrasings().values()))
    print(
        f"{settings.knowledge}: no fault. {len(library.policies)} policy file(s), {len(library.entries)} entries, "
        f"{len(library.silences)} silences, {len(library.flows)} kinds of report, {phrasings} phrasings."
    )
    for entry in library.entries.values():
        if entry.tension:
            print(f"Clauses pull apart in {entry.id}: {entry.tension.note}")
    for line in records.proof(library, settings):
        print(line)
    today = f"{datetime.now(UTC):%Y-%m}"
    for policy in library.policies.values():
        if policy.head.next_review < today:
            print(f"{policy.head.title}: its review was due in {policy.head.next_review}; answers say so.")
    return 0


def _calibrate(_: argparse.Namespace, settings: Settings) -> int:
    """Measure the examples marked "calibrate" and write how sure is sure enough into thresholds.yaml."""
    from bot.calibrating import calibrate

    print(calibrate(settings, _progress))
    return 0


def _gaps(options: argparse.Namespace, settings: Settings) -> int:
    """Show the policy owner which answers were judged how, and which questions found none. Nobody is named."""
    from adapters.main import open_store

    with open_store(settings) as store:
        feedback = store.feedback(settings.organisation)
        unanswered = store.unanswered(settings.organisation)
    if options.json:
        print(_json({"feedback": feedback, "unanswered": unanswered}))
        return 0
    print("Questions that found no answer:" if unanswered else "No question is waiting for an answer.")
    for masked, count in unanswered.items():
        print(f"  {count:4}  {masked}")
    if feedback:
        print("How answers were judged:")
    for matter, opinions in sorted(feedback.items()):
        print(f"  {matter}: {', '.join(f'{opinion} {count}' for opinion, count in sorted(opinions.items()))}")
    return 0


def _run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve Slack if it is set up; else the playground, one page on this machine only, to play the sample people."""
    from adapters.main import run

    run(settings, options.host, options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
