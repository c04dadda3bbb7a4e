"""The sample people by what they do, as the sample directory has their addresses."""

from __future__ import annotations


def at(name: str) -> str:
    """Somebody's address."""
    return f"{name}@sample.example"


TEACHER, MANAGER, HEAD = at("consultant.north"), at("department.north"), at("head.north")
DEPUTY, SAFEGUARDING, ICT, GOVERNOR = (
    at("deputy.north"),
    at("safeguarding.north"),
    at("ict.north"),
    at("governor.north"),
)
TEACHER_SOUTH, HEAD_SOUTH = at("consultant.south"), at("head.south")
ASSISTANT, HR, GROUP_IT, CEO, CHAIR = at("assistant"), at("hr"), at("group.it"), at("ceo"), at("chair")
