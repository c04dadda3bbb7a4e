"""All knowledge of an organisation, in one frozen value: what `core.handle` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.knowledge import (
    Clause,
    Entry,
    ExampleFile,
    Flow,
    LexiconFile,
    Person,
    Policy,
    Qualifier,
    RoleId,
    Shape,
    Silence,
    Smalltalk,
    Thresholds,
)
from bot.wording import Wording


class Library(Shape):
    """Everything in a knowledge folder, typed and cross-checked. `policy_of` maps entry and silence ids to policies."""

    policies: dict[str, Policy]
    entries: dict[str, Entry]
    silences: dict[str, Silence]
    policy_of: dict[str, str]
    flows: dict[str, Flow]
    smalltalk: dict[str, Smalltalk]
    roles: dict[RoleId, str]
    ask_first: RoleId
    sample_people: tuple[Person, ...]
    lexicon: LexiconFile
    qualifiers: tuple[Qualifier, ...]
    thresholds: Thresholds
    wording: Wording
    examples: tuple[ExampleFile, ...]

    def policy(self, matter: str) -> Policy:
        """The policy that an entry or a silence speaks for."""
        return self.policies[self.policy_of[matter]]

    def clause(self, matter: str, clause: str) -> Clause:
        """A clause of the policy that an entry or a silence speaks for."""
        return self.policy(matter).clauses[clause]

    def phrasings(self) -> dict[str, tuple[str, ...]]:
        """What people say, by what it should be taken for (see `bot/matching/index.py` on targets)."""
        return dict(self._phrasings())

    def _phrasings(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        matters: Mapping[str, Mapping[str, Entry | Silence | Smalltalk]] = {
            "entry": self.entries,
            "silence": self.silences,
            "smalltalk": self.smalltalk,
        }
        for kind, items in matters.items():
            for item in items.values():
                yield f"{kind}:{item.id}", item.phrasings
        for flow in self.flows.values():
            if flow.tellings:
                yield f"report:{flow.id}", flow.tellings
            if flow.urgent_tellings:
                yield f"report:{flow.id}!", flow.urgent_tellings
