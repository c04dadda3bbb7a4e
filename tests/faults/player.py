"""Somebody who uses Candour as people do, by what it shows: reports, opens, takes, adds; and what they were promised.

Payloads and replies are those of the playground's door, so that the same person plays within a process and over HTTP.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]
"""One event as the page posts it: person, key, kind, and value, or form with text or ticked."""

Replies = Sequence[Mapping[str, Any]]
"""Messages as the page gets them."""

FLOWS = ("injury", "rude-customer", "rude-customer", "shift-lead-conduct", "declare-allergy")
RETRY_SECONDS = 0.02
STEPS_MAX = 80
"""More than any guided conversation has."""

_REF = re.compile(r"(?<![0-9A-Z-])[0-9A-Z]{4}-[0-9A-Z]{4}(?![0-9A-Z-])")


class NotSaved(Exception):
    """Candour said that nothing was saved; the same event may be sent again."""


def promised(payload: Payload, replies: Replies) -> tuple[str, str] | None:
    """What the replies to an event promise to have kept: what it is, and on which case or draft."""
    first: Mapping[str, Any] = replies[0] if replies else {"summary": "", "blocks": [], "private": False}
    found = _REF.search(first["summary"])
    shown = first["blocks"][0]["type"] if first["blocks"] else ""
    match str(payload.get("value") or payload.get("form") or "").split(":"):
        case ["draft", _, "send", *_] if found:
            return "sent", found[0]
        case ["draft", draft, "cancel-yes"]:
            return "cancelled", draft
        case ["draft", draft, "pick", question, _]:
            return "answer", f"{draft}:{question}"
        case ["draft", draft, question] if payload["kind"] == "form" and not (first["private"] and shown == "notice"):
            return "answer", f"{draft}:{question}"
        case ["case", "open", ref] if first["private"]:
            return "opened", ref
        case ["case", "take", ref] if shown == "notice":
            return "taken", ref
        case ["mine", "add", ref] if payload["kind"] == "form" and not first["private"]:
            return "added", ref
        case _:
            return None


def offered(replies: Replies) -> Iterator[str]:
    """The values of all buttons shown."""
    for reply in replies:
        for block in reply["blocks"]:
            if block["type"] in ("choices", "written"):
                yield from (option["value"] for option in block["options"])


class Player:
    """One person. `post` handles one event and gives the replies, or raises NotSaved; `mark` makes keys their own.

    `begins` is told each event before it is posted, `hears` each event with its replies afterwards.
    """

    def __init__(
        self,
        person: str,
        mark: str,
        post: Callable[[Payload], Awaitable[Replies]],
        begins: Callable[[Payload], None],
        hears: Callable[[Payload, Replies], None],
    ) -> None:
        self._person = person
        self._mark = f"{person}:{mark}"
        self._post = post
        self._begins = begins
        self._hears = hears
        self._count = 0
        self._chance = random.Random(self._mark)

    async def reports(self) -> str:
        """Carry on with the draft there is, or begin one, and send it. Its reference, or nothing if none was sent."""
        replies = await self._picks(f"begin:{self._chance.choice(FLOWS)}")
        for _ in range(STEPS_MAX):
            step = self._next(replies)
            replies = await self._does(**step)
            if ":send" in step.get("value", "") and not any(":send" in value for value in offered(replies)):
                return await self._sent(step["value"], replies)
        raise AssertionError("the guided conversation does not end")

    async def handles(self, ref: str) -> None:
        """Open a case; now and then take responsibility for it."""
        replies = await self._picks(f"case:open:{ref}")
        take = f"case:take:{ref}"
        if take in offered(replies) and self._chance.random() < 0.5:
            await self._picks(take)

    async def adds(self, ref: str) -> None:
        """Add something to an own report."""
        await self._does(kind="form", form=f"mine:add:{ref}", text="They came back an hour later.")

    def sometimes(self, part: float) -> bool:
        """True in this part of the times, from 0 to 1."""
        return self._chance.random() < part

    async def _sent(self, send: str, replies: Replies) -> str:
        if found := _REF.search(replies[0]["summary"]):
            return found[0]
        draft = send.partition(":send")[0]  # too many within the hour: this one is given up
        await self._picks(f"{draft}:cancel")
        await self._picks(f"{draft}:cancel-yes")
        return ""

    def _next(self, replies: Replies) -> dict[str, Any]:
        """What somebody does who answers what is asked, and goes on to the end."""
        for block in (block for reply in replies for block in reply["blocks"]):
            if block["type"] == "textbox":
                # The draft's id is in every text, so that a second case of the same draft would be seen.
                return {"kind": "form", "form": block["form"], "text": f"story-{block['form'].split(':')[1]}: flour."}
            if block["type"] == "ticks":
                return {"kind": "form", "form": block["form"], "ticked": self._tick(block)}
        values = list(offered(replies))
        for wanted in (":pick:", ":write:", ":send", ":review", ":carry-on"):
            if found := [value for value in values if wanted in value]:
                return {"kind": "choice", "value": self._chance.choice(found)}
        raise AssertionError(f"nothing to go on with among {values}")

    def _tick(self, block: Mapping[str, Any]) -> list[str]:
        values = [option["value"] for option in block["options"]]
        if "@" in values[0]:  # people: whoever is ticked is barred, and somebody must be left
            return [self._chance.choice(values)] if self.sometimes(0.2) and len(values) > 2 else []
        return self._chance.sample(values, self._chance.randint(1, len(values)))

    async def _picks(self, value: str) -> Replies:
        return await self._does(kind="choice", value=value)

    async def _does(self, **what: Any) -> Replies:
        self._count += 1
        payload = {"person": self._person, "key": f"{self._mark}:{self._count:04}", **what}
        self._begins(payload)
        replies = await self.insists(payload)
        return replies

    async def insists(self, payload: Payload) -> Replies:
        """Post an event until it is saved, always under the same key."""
        while True:
            try:
                replies = await self._post(payload)
            except NotSaved:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._hears(payload, replies)
            return replies
