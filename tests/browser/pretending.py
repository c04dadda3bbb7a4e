"""The server's answers, made up by a test: messages that no knowledge of ours leads to. Everything else is real."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route

from adapters.web.outbound import to_json
from bot.messages import Message


class Pretender:
    """Answers some events of one page in the server's place. `events` are those that the page sent since.

    `away`: nothing answers them. An event that it was not told of goes to the server.
    """

    def __init__(self, page: Page) -> None:
        self.events: list[dict[str, Any]] = []
        self.away = False
        self._known: dict[str, tuple[Message, ...]] = {}
        page.route("**/api/event", self._handle)

    def answers(self, name: str, *messages: Message) -> Pretender:
        """Answer with these from now on: a button of this value, a form of this name, or else this kind of event."""
        self._known[name] = messages
        return self

    def sent(self, name: str) -> list[dict[str, Any]]:
        """The events of this name, oldest first."""
        return [event for event in self.events if _name(event) == name]

    def _handle(self, route: Route) -> None:
        event: dict[str, Any] = route.request.post_data_json or {}
        self.events.append(event)
        messages = self._known.get(_name(event))
        if messages is None:
            route.fallback()
        elif self.away:
            route.abort()
        else:
            route.fulfill(json={"replies": [to_json(message) for message in messages], "hide": False})


def _name(event: dict[str, Any]) -> str:
    return str(event.get("value") or event.get("form") or event["kind"])
