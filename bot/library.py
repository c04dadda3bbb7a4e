"""All knowledge of an organisation, in one frozen value: what `core.handle` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.case_wording import CaseWording
from bot.casework_rules import CaseworkRules
from bot.flows import Calendar, Contact, Flow, Question, RouteRule
from bot.knowledge import (
    Clause,
    Entry,
    ExampleFile,
    LexiconFile,
    Policy,
    Qualifier,
    Role,
    RoleId,
    Shape,
    Silence,
    Smalltalk,
    Thresholds,
)
from bot.page_wording import PageWording
from bot.report_wording import ReportWording
from bot.wording import Wording


class Library(Shape):
    """Everything in a knowledge folder, typed and cross-checked. `policy_of` maps entry and silence ids to policies."""

    policies: dict[str, Policy]
    entries: dict[str, Entry]
    silences: dict[str, Silence]
    policy_of: dict[str, str]
    flows: dict[str, Flow]
    smalltalk: dict[str, Smalltalk]
    questions: dict[str, Question]
    routes: dict[str, RouteRule]
    contacts: dict[str, Contact]
    outside: str
    calendar: Calendar
    casework: CaseworkRules
    roles: dict[RoleId, Role]
    ask_first: RoleId
    safety_lead: RoleId
    lexicon: LexiconFile
    qualifiers: tuple[Qualifier, ...]
    thresholds: Thresholds
    wording: Wording
    report_wording: ReportWording
    case_wording: CaseWording
    page_wording: PageWording
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
