"""A policy document, parsed into numbered clauses. Runs when knowledge is compiled, never while answering."""

from __future__ import annotations

import itertools
import re

import yaml
from markdown_it import MarkdownIt
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Fault
from bot.knowledge import Clause, Policy, PolicyHead

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"(?P<number>\d+)(?:\.\d+)?\s+(?P<title>.+)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'“‘(]?[A-Z])")


def parse_policy(policy_id: str, file: str, text: str) -> tuple[Policy | None, list[Fault]]:
    """Read a policy in Markdown: front matter, `## 7.0 Title` for sections, paragraphs and list items as clauses.

    Clauses are numbered `section/paragraph` in order of appearance; list items count as paragraphs. Text before
    the first section has no clause. Returns the policy, or None and what is wrong with it.
    """
    head, faults = _head(file, text)
    if not _ID.fullmatch(policy_id):
        faults.append(Fault(file, "", "its name cannot be an id", "Use lower-case words with dashes: food-hygiene.md."))
    numbers: set[str] = set()
    clauses: dict[str, Clause] = {}
    section, title, paragraph = "", "", 0
    tokens = MarkdownIt().parse(_FRONT_MATTER.sub("", text))
    for before, token in itertools.pairwise(tokens):
        if token.type != "inline":
            continue
        if before.type == "heading_open":
            found = _HEADING.fullmatch(token.content)
            if found is None:
                remedy = 'Begin it with its number, for example "## 7.0 Safer online behaviour".'
                faults.append(Fault(file, f'heading "{token.content}"', "the section has no number", remedy))
                continue
            section, title, paragraph = found["number"], found["title"], 0
            if section in numbers:
                faults.append(Fault(file, f"section {section}", "the number is used twice", "Number sections once."))
            numbers.add(section)
        elif section:
            paragraph += 1
            clause_id = f"{section}/{paragraph}"
            sentences = tuple(_SENTENCE_END.split(token.content))
            clauses[clause_id] = Clause(id=clause_id, section=title, text=token.content, sentences=sentences)
    if not clauses:
        remedy = 'Give each section a heading such as "## 1.0 Introduction", with paragraphs below it.'
        faults.append(Fault(file, "", "no numbered section was found", remedy))
    if head is None or faults:
        return None, faults
    return Policy(id=policy_id, head=head, clauses=clauses), []


def _head(file: str, text: str) -> tuple[PolicyHead | None, list[Fault]]:
    found = _FRONT_MATTER.match(text)
    remedy = "Begin the file with --- and title, organisation, policy_owner, ratified_by, date, next_review, then ---."
    if found is None:
        return None, [Fault(file, "line 1", "the head (front matter) is missing", remedy)]
    try:
        return PolicyHead.model_validate(yaml.load(found[1], yaml.BaseLoader)), []
    except ValidationError as error:
        return None, [_head_fault(file, detail, remedy) for detail in error.errors()]
    except yaml.YAMLError as error:
        return None, [Fault(file, "head", "this is not valid YAML: " + " ".join(str(error).split()), remedy)]


def _head_fault(file: str, detail: ErrorDetails, remedy: str) -> Fault:
    place = f"head, {detail['loc'][0]}" if detail["loc"] else "head"
    if detail["type"] == "string_pattern_mismatch":
        problem = f'"{detail["input"]}" is no month and year'
        return Fault(file, place, problem, "Write the year, a dash and the month in two digits: 2024-03.")
    return Fault(file, place, detail["msg"], remedy)
