"""The shapes of everything in `knowledge/`: what a policy owner may write, and nothing else.

Every scalar arrives as text and is converted by the type of its field, so `verdict: no` is the word *no*.
Checks that need more than one file are in `bot/checking.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
RoleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=60)]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[0-9]+/[0-9]+$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
# Slack cuts button labels at 75 characters and Teams earlier; a longer title could not be offered as a choice.
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Phrasing = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

Verdict = Literal["no", "yes", "conditional", "must", "info"]
VerdictWord = Literal["no", "yes", "conditional", "must", "info", "advised_against", "advised", "forbidden"]
PolicyFact = Literal["policy_owner", "ratified_by", "date", "next_review"]


Form = Literal["duty", "open"]
"""How somebody asks: whether they have to ("duty"), or who, what, where, when, how ("open")."""


class Shape(BaseModel):
    """Frozen, and closed: a misspelt key is a fault, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(Shape):
    """A numbered piece of a policy, in the policy's own words."""

    id: ClauseId
    section: str
    text: str
    sentences: tuple[str, ...]


class PolicyHead(Shape):
    """The front matter of a policy file. Dates are a year and a month: 2020-01."""

    title: Line
    organisation: Line
    policy_owner: Line
    ratified_by: Line
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    next_review: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Policy(Shape):
    """One policy document, parsed."""

    id: Id
    head: PolicyHead
    clauses: dict[ClauseId, Clause]


class Tension(Shape):
    """Two clauses pull apart: `safer` is said first, `clauses` are cited beside, `note` is for the policy owner."""

    clauses: tuple[ClauseId, ...] = Field(min_length=1)
    safer: Line
    note: Line


class Entry(Shape):
    """One answerable matter: a verdict, the clause it rests on, and the ways people ask about it."""

    id: Id
    title: Label
    verdict: Verdict
    clause: ClauseId | None = None
    also: tuple[ClauseId, ...] = ()
    fact: PolicyFact | None = None
    headline: Line
    instead: Line | None = None
    report: Id | None = None
    show: tuple[int, ...] = ()
    holds: Line | None = None
    advice: bool = False
    if_asked: dict[Form, Verdict] = {}
    tension: Tension | None = None
    about: dict[Id, tuple[Id, ...]] = {}
    phrasings: tuple[Phrasing, ...] = Field(min_length=1)


class EntryFile(Shape):
    """A file in `entries/`: the policy it speaks for, and its entries."""

    policy: Id
    entries: tuple[Entry, ...] = Field(min_length=1)


class Silence(Shape):
    """A matter that people ask about and the policy does not settle: said openly, with whom to ask."""

    id: Id
    title: Label
    headline: Line
    instead: Line | None = None
    whom: RoleId | None = None
    near: tuple[ClauseId, ...] = ()
    about: dict[Id, tuple[Id, ...]] = {}
    phrasings: tuple[Phrasing, ...] = Field(min_length=1)


class SilenceFile(Shape):
    """A file in `silences/`: the policy that is silent, and on what."""

    policy: Id
    silences: tuple[Silence, ...] = Field(min_length=1)


class Smalltalk(Shape):
    """Something said to the assistant that is neither a question about a policy nor a report."""

    id: Id
    say: Line
    phrasings: tuple[Phrasing, ...] = Field(min_length=1)


class SmalltalkFile(Shape):
    """The file `smalltalk.yaml`."""

    smalltalk: tuple[Smalltalk, ...] = Field(min_length=1)


class Role(Shape):
    """A role people hold in the organisation, by the name that staff use.

    `scope`: held for one academy, for the whole trust, or by each person's own manager. `above` is the role that is
    told when nobody in this one can be. `named`: whether reporters see the holder's name beside the role.
    """

    id: RoleId
    title: Label
    scope: Literal["academy", "trust", "manager"] = "academy"
    above: RoleId | None = None
    named: bool = True


class RoleFile(Shape):
    """The file `roles.yaml`: roles, whom to ask when nothing is known, and who leads on keeping children safe."""

    roles: tuple[Role, ...] = Field(min_length=1)
    ask_first: RoleId
    safety_lead: RoleId


class LexiconFile(Shape):
    """The file `lexicon.yaml`: chat spellings, words for ideas, and where a message may be divided."""

    spellings: dict[str, Line] = {}
    concepts: dict[Id, tuple[Line, ...]] = {}
    question_starts: tuple[Line, ...] = ()
    statement_words: tuple[Line, ...] = ()
    follow_ups: tuple[Line, ...] = ()
    fillers: tuple[Line, ...] = ()
    matters: tuple[Id, ...] = ()
    inverted: tuple[Line, ...] = ()
    asking: tuple[Id, ...] = ()
    duty: tuple[Id, ...] = ()
    open_words: tuple[Line, ...] = ()
    danger: tuple[Id, ...] = ()
    swaps: dict[Id, tuple[Id, ...]] = {}
    names: tuple[Id, ...] = ()
    name_follows: tuple[Id, ...] = ()
    name_precedes: tuple[Id, ...] = ()


class Qualifier(Shape):
    """A word that changes the answer: an entry about one value cannot answer a question about another."""

    id: Id
    values: dict[Id, tuple[Line, ...]] = Field(min_length=2)


class QualifierFile(Shape):
    """The file `qualifiers.yaml`."""

    qualifiers: tuple[Qualifier, ...] = ()


class Thresholds(Shape):
    """How sure is sure enough. Written by `candour calibrate`, never by hand; see `bot/matching/decide.py`."""

    confidence: tuple[float, ...] = ()
    answer: float = 0.6
    clarify: float = 0.3
    report: float = 0.5
    smalltalk: float = 0.5
    part: float = 0.6


class Example(Shape):
    """A sentence that tests the knowledge, and what it may be taken for, as the matcher names it.

    Any of `expect` is right ("unknown": whatever gives no verdict). A double question must also find one of
    `and_expect`.
    """

    q: Phrasing
    expect: tuple[str, ...] = Field(min_length=1)
    and_expect: tuple[str, ...] = ()


class ExampleFile(Shape):
    """A file in `examples/`: one part to calibrate thresholds on, another to judge by. Never used as phrasings."""

    policy: Id
    calibrate: tuple[Example, ...] = ()
    judge: tuple[Example, ...] = ()
