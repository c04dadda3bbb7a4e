"""Microsoft's Agents Playground: a Bot Connector and a Teams-like page for one person, as a process of its own.

It knows no dialogs that a card opens, so there the assistant puts into the chat what would stand in one.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import yaml
from playwright.sync_api import Locator, Page, expect

from adapters.teams.setup import PLAYGROUND_TENANT

HERE = Path(__file__).parent
PATIENCE_SECONDS = 30
LETTER_DUE = 15_000  # milliseconds

_COMMAND = HERE / "node_modules" / ".bin" / "agentsplayground"


class Client:
    """Somebody's Teams: `user` of this cast, talking with the assistant at `bot_url`. Running from the start."""

    def __init__(self, folder: Path, bot_url: str, cast: Mapping[str, str], user: str) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}/"
        settings = folder / "cast.yml"
        settings.write_text(yaml.safe_dump(_cast(cast, user)), encoding="utf-8")
        environment = {
            **os.environ,
            "NODE_OPTIONS": f"--require {HERE / 'loopback_only.cjs'}",
            "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(settings),
        }
        command = [str(_COMMAND), "start", "-e", f"{bot_url}api/messages", "-c", "msteams", "-p", str(port), "--dt"]
        command += ["--su", f"{self.url}_connector"]
        with (folder / "client.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)

    def is_ready(self) -> bool:
        """Wait until its page can be opened. False if it ended instead."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urlopen(self.url, timeout=1):
                    return True
            except (URLError, OSError):
                time.sleep(0.05)
        return False

    def stops(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_SECONDS)


class Desk:
    """What somebody does at the page of their client, and what they see there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._box = page.locator('div[role="textbox"][contenteditable="true"]').first

    @property
    def cards(self) -> Locator:
        """All cards in the chat, oldest first."""
        return self.page.locator(".ac-adaptiveCard").filter(visible=True)

    def card(self, *texts: str) -> Locator:
        """The newest card, once it says all of this."""
        newest = self.cards.last
        for text in texts:
            expect(newest).to_contain_text(text, timeout=LETTER_DUE)
        return newest

    def says(self, text: str) -> Desk:
        """Type something and send it."""
        self._box.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        return self

    def presses(self, label: str, *after: str) -> Desk:
        """Press a button of the newest card, once that says all of `after`."""
        self.card(*after).get_by_role("button", name=label, exact=True).click()
        return self

    def writes(self, question: str, text: str) -> Desk:
        """Answer a question that is answered in private, in words."""
        self.presses("Write it in private", question)
        expect(self.cards.last.get_by_role("textbox")).to_be_visible()
        self.cards.last.get_by_role("textbox").fill(text)
        return self._sends_form()

    def ticks(self, question: str, *lines: str) -> Desk:
        """Answer a question that is answered in private, by ticking lines."""
        self.presses("Choose in private", question)
        expect(self.cards.last.get_by_role("checkbox").first).to_be_visible()
        for line in lines:
            self.cards.last.get_by_role("checkbox", name=re.compile(re.escape(line))).check()
        return self._sends_form()

    def fills(self, form: Mapping[str, str]) -> Desk:
        """Fill in a form of several boxes, label by label, and send it."""
        card = self.card(*form)
        for label, text in form.items():
            card.get_by_role("textbox", name=label, exact=True).fill(text)
        return self._sends_form()

    def _sends_form(self) -> Desk:
        self.cards.last.get_by_role("button").last.click()
        return self


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _cast(cast: Mapping[str, str], user: str) -> Mapping[str, object]:
    """The client's own settings: whose page it is, and the five others it insists on. `cast`: e-mail address → name."""
    people = [_person(number, email, name) for number, (email, name) in enumerate(cast.items())]
    others: Sequence[object] = [person for person in people if person["email"] != user]
    return {
        "version": "0.1.1",
        "tenantId": PLAYGROUND_TENANT,
        "bot": {"id": "00000000-0000-0000-0000-00000000000011", "name": "Candour"},
        "currentUser": next(person for person in people if person["email"] == user),
        "users": others,
        "personalChat": {"id": f"chat-with-{list(cast).index(user)}"},
        "groupChat": {"id": "group-chat", "name": "Staff room"},
        "team": {
            "id": "team-id",
            "name": "North",
            "aadGroupId": "00000000-0000-0000-0000-000000000031",
            "channels": [{"id": "channel-announcements", "name": "Announcements"}],
        },
    }


def _person(number: int, email: str, name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {
        "id": f"user-id-{number}",
        "name": name,
        "userPrincipleName": email,
        "aadObjectId": f"00000000-0000-0000-0000-{20 + number:012d}",
        "givenName": first,
        "surname": last,
        "email": email,
    }
