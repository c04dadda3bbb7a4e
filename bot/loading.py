"""Read a knowledge folder and report every fault in it. Part of the shell: it opens files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import ValidationError

from bot.case_wording import CaseWording
from bot.casework_rules import CaseworkRules
from bot.checking import check
from bot.errors import Fault, KnowledgeError
from bot.flows import Calendar, ContactFile, Flow, Question, QuestionFile, RouteFile
from bot.folder import FILE_MAX, FOLDERS, POLICIES, SINGLE_FILES, THRESHOLDS, files_of
from bot.knowledge import (
    EntryFile,
    ExampleFile,
    LexiconFile,
    Policy,
    QualifierFile,
    RoleFile,
    Shape,
    SilenceFile,
    SmalltalkFile,
    Thresholds,
)
from bot.library import Library
from bot.page_wording import PageWording
from bot.policies import parse_policy
from bot.report_wording import ReportWording
from bot.sources import Known, Source
from bot.wording import Wording
from bot.yamltext import Document, parse_yaml
from bot.yamltext import Path as Steps

S = TypeVar("S", bound=Shape)

_SINGLE_SHAPES: tuple[type[Shape], ...] = (
    *(Calendar, CaseWording, CaseworkRules, ContactFile, LexiconFile, PageWording),
    *(QualifierFile, QuestionFile, ReportWording, RoleFile, RouteFile, SmalltalkFile, Wording),
)
_SHAPES: dict[str, type[Shape]] = {
    **dict(zip(SINGLE_FILES, _SINGLE_SHAPES, strict=True)),
    **dict(zip(FOLDERS, (EntryFile, SilenceFile, Flow, ExampleFile), strict=True)),
    THRESHOLDS: Thresholds,
}
# Which names are not all known when a file in this place cannot be read.
_NAMES_FROM = {
    "policies": {"policy", "clause"},
    "entries": {"matter"},
    "silences": {"matter"},
    "flows": {"matter", "flow"},
    "smalltalk.yaml": {"matter"},
    "questions.yaml": {"question"},
    "routes.yaml": {"route"},
    "contacts.yaml": {"contact"},
    "roles.yaml": {"role"},
    "qualifiers.yaml": {"qualifier", "value"},
    "lexicon.yaml": {"concept"},
}
_TRIED = {Question.__name__: True, "constrained-str": False}
"""How pydantic names the two ways to read a question of a flow, and whether it is then written out."""


@dataclass(slots=True)
class _Gathered:
    """What has been read so far, and what was wrong with it."""

    sources: list[Source] = field(default_factory=list)
    policies: dict[str, Policy] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def load(folder: Path) -> Library:
    """Read and check a knowledge folder. Raises KnowledgeError with all faults at once."""
    if not folder.is_dir():
        remedy = "Set CANDOUR_KNOWLEDGE to the folder that holds policies/, entries/ and wording.yaml."
        raise KnowledgeError([Fault(str(folder), "", "there is no such knowledge folder", remedy)])
    gathered = _Gathered()
    files = files_of(folder)
    for name in SINGLE_FILES:
        if folder / name not in files:
            gathered.faults.append(Fault(name, "", "the file is missing", "Copy it from the first knowledge folder."))
    for path in files:
        place = path.relative_to(folder).parts[0]
        if place == POLICIES:
            _read_policy(path, gathered)
        else:
            _read_yaml(path, folder, _SHAPES[place], gathered)
    if not any(path.parent.name == POLICIES for path in files):
        remedy = "Add a policy in Markdown as policies/<name>.md."
        gathered.faults.append(Fault("policies/", "", "there is no policy", remedy))
    for path in sorted(folder.rglob("*.yml")):
        name = path.relative_to(folder).as_posix()
        gathered.faults.append(Fault(name, "", "the file is not read", "Let its name end in .yaml, or remove it."))
    gathered.faults += check(gathered.sources, _known(gathered))
    if gathered.faults:
        raise KnowledgeError(gathered.faults)
    return _assemble(gathered)


def _text(path: Path, name: str, faults: list[Fault]) -> str | None:
    size = path.stat().st_size
    if size > FILE_MAX:
        problem = f"the file has {size / 1e6:.0f} MB, more than {FILE_MAX / 1e6:.0f} MB"
        faults.append(Fault(name, "", problem, "Divide it into several files, or remove what does not belong here."))
        return None
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        faults.append(Fault(name, f"line {line}", "the file is not UTF-8 text", "Save it again as UTF-8."))
        return None
    if not text.strip():
        faults.append(Fault(name, "", "the file is empty", "Write its content, or remove the file."))
        return None
    return text


def _read_policy(path: Path, gathered: _Gathered) -> None:
    name = f"{POLICIES}/{path.name}"
    text = _text(path, name, gathered.faults)
    if text is None:
        return
    policy, faults = parse_policy(path.stem, name, text)
    gathered.faults += faults
    if policy:
        gathered.policies[policy.id] = policy


def _read_yaml(path: Path, folder: Path, shape: type[Shape], gathered: _Gathered) -> None:
    name = path.relative_to(folder).as_posix()
    text = _text(path, name, gathered.faults)
    if text is None:
        return
    document = parse_yaml(name, text)
    gathered.faults += document.faults
    if document.faults:
        return
    try:
        gathered.sources.append(Source(document, shape.model_validate(document.tree)))
    except ValidationError as error:
        for detail in error.errors():
            steps = _meant(document, detail["loc"])
            if steps is not None:
                given = f' ("{detail["input"]}")' if isinstance(detail["input"], str) else ""
                remedy = _remedy(detail["type"], _shape_at(shape, steps))
                gathered.faults.append(Fault(name, document.place(steps), f"{detail['msg']}{given}", remedy))


def _meant(document: Document, steps: Steps) -> Steps | None:
    """Where a fault lies in the file; None if it comes of reading a part as what it plainly was not meant to be.

    A flow's question is a name or is written out. pydantic tries both, finds fault with both, and puts into the
    steps which of the two it tried. It also marks a fault of a key rather than of its value.
    """
    node: object = document.tree
    path: Steps = ()
    for step in steps:
        if step in _TRIED:
            if _TRIED[str(step)] != isinstance(node, dict):
                return None
        elif step != "[key]":
            path = (*path, step)
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int):
                node = node[step]
    return path


def _shape_at(shape: type[Shape], place: tuple[str | int, ...]) -> type[Shape]:
    """The shape of the part of a file in which a fault lies: the innermost one on the way."""
    for step in place:
        field = shape.model_fields.get(step) if isinstance(step, str) else None
        inner = [t for t in _types(field.annotation) if issubclass(t, Shape)] if field else []
        shape = inner[0] if inner else shape
    return shape


def _types(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)


def _remedy(kind: str, shape: type[Shape]) -> str:
    match kind:
        case "missing":
            return "Add the key."
        case "extra_forbidden":
            return f"Check the spelling; known here: {', '.join(shape.model_fields)}."
        case "tuple_type":
            return "Write a list: one line each, beginning with a dash."
        case "date_parsing" | "date_from_datetime_parsing" | "date_from_datetime_inexact":
            return "Write the year, the month and the day: 2030-07-19."
        case "string_too_long":
            return "Make it shorter: chat platforms cut longer text."
        case _:
            return "Correct the value; knowledge/README.md shows each field."


def _known(gathered: _Gathered) -> Known:
    contents = [source.content for source in gathered.sources]
    return Known(
        policies=gathered.policies,
        flows={c.id: c for c in contents if isinstance(c, Flow)},
        questions={q.id: q for c in contents if isinstance(c, QuestionFile) for q in c.questions},
        routes={flow: rule for c in contents if isinstance(c, RouteFile) for flow, rule in c.routes.items()},
        contacts={contact.id: contact for c in contents if isinstance(c, ContactFile) for contact in c.contacts},
        roles=frozenset(role.id for c in contents if isinstance(c, RoleFile) for role in c.roles),
        qualifiers={q.id: q for c in contents if isinstance(c, QualifierFile) for q in c.qualifiers},
        targets=frozenset({"unknown", *_targets(contents)}),
        concepts=frozenset(name for c in contents if isinstance(c, LexiconFile) for name in c.concepts),
        partial=frozenset(name for fault in gathered.faults for name in _NAMES_FROM.get(fault.file.split("/")[0], ())),
    )


def _targets(contents: list[object]) -> Iterator[str]:
    for content in contents:
        match content:
            case EntryFile(entries=entries):
                yield from (f"entry:{entry.id}" for entry in entries)
            case SilenceFile(silences=silences):
                yield from (f"silence:{silence.id}" for silence in silences)
            case Flow(id=flow):
                yield from (f"report:{flow}", f"report:{flow}!")
            case SmalltalkFile(smalltalk=smalltalk):
                yield from (f"smalltalk:{talk.id}" for talk in smalltalk)


def _assemble(gathered: _Gathered) -> Library:
    contents = [source.content for source in gathered.sources]
    entry_files = [c for c in contents if isinstance(c, EntryFile)]
    silence_files = [c for c in contents if isinstance(c, SilenceFile)]
    roles, routes = _only(contents, RoleFile), _only(contents, RouteFile)
    policy_of = {entry.id: file.policy for file in entry_files for entry in file.entries}
    policy_of |= {silence.id: file.policy for file in silence_files for silence in file.silences}
    return Library(
        policies=gathered.policies,
        entries={entry.id: entry for file in entry_files for entry in file.entries},
        silences={silence.id: silence for file in silence_files for silence in file.silences},
        policy_of=policy_of,
        flows={c.id: c for c in contents if isinstance(c, Flow)},
        smalltalk={talk.id: talk for talk in _only(contents, SmalltalkFile).smalltalk},
        questions={question.id: question for question in _only(contents, QuestionFile).questions},
        routes=routes.routes,
        contacts={contact.id: contact for contact in _only(contents, ContactFile).contacts},
        outside=routes.outside,
        calendar=_only(contents, Calendar),
        casework=_only(contents, CaseworkRules),
        roles={role.id: role for role in roles.roles},
        ask_first=roles.ask_first,
        safety_lead=roles.safety_lead,
        lexicon=_only(contents, LexiconFile),
        qualifiers=_only(contents, QualifierFile).qualifiers,
        thresholds=next((c for c in contents if isinstance(c, Thresholds)), Thresholds()),
        wording=_only(contents, Wording),
        report_wording=_only(contents, ReportWording),
        case_wording=_only(contents, CaseWording),
        page_wording=_only(contents, PageWording),
        examples=tuple(c for c in contents if isinstance(c, ExampleFile)),
    )


def _only(contents: Iterable[object], shape: type[S]) -> S:
    """The content of the one file of this shape."""
    return next(content for content in contents if isinstance(content, shape))
