"""What the checks of the knowledge look at: files that were read, the names in them, and where a fault lies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import Fault
from bot.flows import Contact, Flow, Question, RouteRule
from bot.knowledge import Policy, Qualifier
from bot.yamltext import Document, Path


@dataclass(frozen=True, slots=True)
class Source:
    """A typed file and the document it came from, so that a fault can name its line."""

    document: Document
    content: object

    def fault(self, path: Path, problem: str, remedy: str) -> Fault:
        """A fault in this file at `path`."""
        return Fault(self.document.file, self.document.place(path), problem, remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What may be referred to, by its name, gathered from all files that could be read.

    `partial` says for which kinds of name a file could not be read: then a missing name is not reported, because
    the one real fault would drown in hundreds that it causes.
    """

    policies: dict[str, Policy]
    flows: dict[str, Flow]
    questions: dict[str, Question]
    routes: dict[str, RouteRule]
    contacts: dict[str, Contact]
    roles: frozenset[str]
    qualifiers: dict[str, Qualifier]
    targets: frozenset[str]
    concepts: frozenset[str]
    partial: frozenset[str] = frozenset()

    def asked(self, flow: Flow) -> tuple[Question, ...] | None:
        """What a flow asks, in order; None if it names a question that is not known, so that nothing is sure."""
        found = [self.questions.get(asked) if isinstance(asked, str) else asked for asked in flow.questions]
        questions = tuple(question for question in found if question)
        return questions if len(questions) == len(found) else None


def unknown(source: Source, path: Path, kind: str, name: str, choices: Iterable[str], known: Known) -> Fault | None:
    """The fault that nothing of this kind has that name; None if it may have it in a file that could not be read."""
    if kind.partition(" ")[0] in known.partial:
        return None
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Name one that exists, or add the {kind}."
    return source.fault(path, f'there is no {kind} "{name}"', remedy)
