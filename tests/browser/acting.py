"""One person of the organisation at the playground, as a test tells it: what they press, write, tick and see."""

from __future__ import annotations

import json
import re
import types
import uuid
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page, expect

from tests.sample_people import MANAGER, TEACHER

LINE_MANAGER = "line manager (Head of Department, North)"
REPORT = "Report cyber bullying"
STORY = "A quokka with my face went round Year 9."

_REFERENCE = re.compile(r"Reference ([0-9A-Z]{4}-[0-9A-Z]{4})")
_CODE = re.compile(r"what you sent: ([0-9A-Z-]{19})")
_FIELD_NAME = re.compile(r"[a-z0-9_-]+")
_LETTER_DUE = 15_000  # milliseconds


class Player:
    """One person's panel and private window on one page."""

    def __init__(self, page: Page, who: str = TEACHER) -> None:
        self.page, self.who = page, who
        self.panel = page.locator(f'[data-person="{who}"]')
        self.log = self.panel.get_by_role("log")
        self.window = page.locator(f'dialog[data-window="{who}"][open]')
        self.home = self.panel.get_by_test_id("home")
        self.letters = self.log.get_by_test_id("letter")

    @property
    def reply(self) -> Locator:
        """The last thing the assistant said."""
        return self.log.locator('[data-from="assistant"]').last

    def joins(self, name: str) -> Player:
        """Have this person shown beside the others."""
        self.page.locator("#add").click()
        self.page.locator("#menu").get_by_role("button", name=name).first.click()
        expect(self.panel).to_be_visible()
        return self

    def says(self, text: str) -> Player:
        """Type something and send it."""
        self.panel.get_by_test_id("input").fill(text)
        self.panel.get_by_test_id("send").click()
        return self

    def sees(self, *texts: str) -> Player:
        """The last thing said contains these."""
        for text in texts:
            expect(self.reply).to_contain_text(text)
        return self

    def reads(self, *texts: str) -> Player:
        """The private window contains these."""
        for text in texts:
            expect(self.window).to_contain_text(text)
        return self

    def presses(self, label: str, after: str = "") -> Player:
        """Press a button of the last thing said, once that contains `after`."""
        if after:
            expect(self.reply).to_contain_text(after)
        self.reply.get_by_role("button", name=label, exact=True).click()
        return self

    def presses_inside(self, label: str) -> Player:
        """Press a button of the private window."""
        self.window.get_by_role("button", name=label, exact=True).click()
        return self

    def writes(self, question: str, text: str) -> Player:
        """Answer a question in its private window."""
        self.presses("Write it in private", after=question)
        return self.fills_in(text)

    def fills_in(self, text: str) -> Player:
        """Write into the private window that is open, and send it."""
        self.window.get_by_test_id("textbox").fill(text)
        self.window.get_by_test_id("send-form").click()
        expect(self.window).to_have_count(0)
        return self

    def ticks(self, question: str, *people: str) -> Player:
        """Tick people in the private window of a question."""
        return self.presses("Choose in private", after=question).ticks_inside(*people)

    def ticks_inside(self, *people: str) -> Player:
        """Tick people in the private window that is open, and send it."""
        for person in people:
            self.window.get_by_label(person, exact=True).check()
        self.window.get_by_test_id("send-form").click()
        expect(self.window).to_have_count(0)
        return self

    def fills(self, **fields: str | Sequence[str]) -> Player:
        """Fill in the form in the private window, without sending it: field → text, or the options to pick.

        A field goes by its name (with _ for -) or by its label, an option by its label or its value. Of a list to
        tick, exactly these are ticked afterwards.
        """
        for name, given in fields.items():
            field = self.field(name)
            expect(field).to_be_visible()
            if field.locator("textarea").count():
                assert isinstance(given, str), f"{name} is to be written in"
                field.locator("textarea").fill(given)
                continue
            for ticked in field.locator("input[type=checkbox]:checked").all():
                ticked.uncheck()
            for option in (given,) if isinstance(given, str) else given:
                value = f"input[value={json.dumps(option, ensure_ascii=False)}]"
                field.get_by_label(option, exact=True).or_(field.locator(value)).check()
        return self

    def field(self, name: str) -> Locator:
        """A field of the form in the private window, by its name (with _ for -) or its label."""
        if _FIELD_NAME.fullmatch(name):
            return self.window.locator(f'[data-field="{name.replace("_", "-")}"]')
        label = re.compile(rf"^{re.escape(name)}( \(optional\))?$")
        return self.window.locator("[data-field]").filter(has=self.page.locator(".label", has_text=label))

    def begins(self) -> Player:
        """Begin a report of cyber bullying, up to its first question."""
        self.says("report").presses(REPORT, after="What is it about?")
        return self.presses("Report", after="Please don't type what happened here.")

    def tells(self, *, danger: str = "No", child: str = "No") -> Player:
        """Answer everything up to whom it is about."""
        self.presses(danger, after="Is anyone in danger right now?")
        self.presses("It happened to me", after="How do you come to know of it?")
        self.writes("In your own words, what did you see or hear?", STORY)
        self.presses("Skip", after="what have you been able to keep of it?")
        return self.presses(child, after="Is a child at risk, as far as you can tell?")

    def finishes(self, *about: str, to: str = "Head of School") -> Player:
        """Answer the rest, up to the review."""
        return self.ticks("Is it about one of these people?", *about).finishes_after_about(to)

    def finishes_after_about(self, to: str = "Head of School") -> Player:
        """Answer what comes after whom it is about, up to the review."""
        self.ticks("Is one of them a relative, partner or close friend")
        self.presses("Skip", after="What do you hope will happen")
        self.presses("I have not decided", after="Do you want to go to the police")
        self.presses(to, after="Who should receive it?")
        self.presses("Keep my name confidential", after="How should your name be treated?")
        return self.presses("Read it and send", after="nobody sees it until you press Send")

    def sends(self) -> str:
        """Send what the review shows. Its reference."""
        self.presses_inside("Send")
        expect(self.reply).to_contain_text("Saved at")
        return self.finds(_REFERENCE)

    @property
    def code(self) -> str:
        """The code of the receipt just shown."""
        return self.finds(_CODE)

    def finds(self, pattern: re.Pattern[str]) -> str:
        """What the last thing said has in this place."""
        found = pattern.search(self.reply.inner_text())
        assert found, self.reply.inner_text()
        return found[1]

    def has_reported(self, flow: str = "cyberbullying", **given: str) -> str:
        """Have a whole report sent already, from somewhere else. Its reference. `given`: question → answer."""
        return Elsewhere(self, flow).answers(given).sends()

    def has_begun(self, *, up_to: str = "", **given: str) -> Player:
        """Have a report begun already, from somewhere else, up to a question or its review; and carry on with it."""
        Elsewhere(self).answers(given, up_to)
        self.looks_at_reports().get_by_role("button", name="Carry on").click()
        return self

    def is_sent(self, text: str) -> Locator:
        """The last letter, once it says this."""
        letter = self.letters.filter(has_text=text).last
        expect(letter).to_be_visible(timeout=_LETTER_DUE)
        return letter

    def opens(self, letter: Locator) -> Player:
        """Open what a letter is about."""
        letter.get_by_role("button", name="Open", exact=True).click()
        expect(self.window).to_be_visible()
        return self

    def looks_at_reports(self) -> Locator:
        """The list of what is this person's."""
        self.panel.get_by_test_id("reports-tab").click()
        return self.home

    def opens_in_list(self, reference: str, other: str = "") -> Player:
        """Open a report from the list, in which it may stand twice; or from the list that a button here leads to."""
        self.looks_at_reports()
        if other:
            self.home.get_by_role("button", name=other, exact=True).click()
        case = self.home.get_by_test_id("case").filter(has_text=reference).first
        case.get_by_role("button", name="Open", exact=True).click()
        expect(self.window).to_be_visible()
        return self

    def closes(self) -> Player:
        """Close the private window."""
        self.window.get_by_role("button", name="Close", exact=True).click()
        expect(self.window).to_have_count(0)
        return self

    @property
    def steps(self) -> Sequence[str]:
        """What has happened to the report that is open, without the times."""
        return [line.split(": ", 1)[1] for line in self.window.locator("ol li").all_text_contents()]


class Elsewhere:
    """The same person on a device that nobody looks at: the same requests as the page makes, without the page."""

    GIVEN = types.MappingProxyType(
        {
            "danger": "no",
            "reporter-is": "affected",
            "account": STORY,
            "child-at-risk": "no",
            "about": MANAGER,
            "police": "undecided",
            "recipients": "head_of_school",
            "identity": "confidential",
        }
    )

    def __init__(self, player: Player, flow: str = "cyberbullying") -> None:
        self._player = player
        self._picks(f"report:{flow}")
        self._picks(f"begin:{flow}")

    def answers(self, given: Mapping[str, str], up_to: str = "") -> Elsewhere:
        """Answer each question that comes as given, else as in `GIVEN`, else by skipping it."""
        while (asked := self._asked()) and asked != up_to:
            answer = {**self.GIVEN, **given}.get(asked.replace("_", "-"))
            if answer and f'"form": "draft:{self._draft}:{asked}"' in self._replied:
                self._does(kind="form", form=f"draft:{self._draft}:{asked}", ticked=[answer])
            elif answer is None:
                self._picks(f"draft:{self._draft}:skip:{asked}")
            elif f"draft:{self._draft}:write:{asked}" not in self._values:
                self._picks(f"draft:{self._draft}:pick:{asked}:{answer}")
            else:
                box = {"ticked": [answer]} if asked == "about" else {"text": answer}
                self._does(kind="form", form=f"draft:{self._draft}:{asked}", **box)
        return self

    def sends(self) -> str:
        """Read it through and send it. Its reference."""
        self._picks(f"draft:{self._draft}:review")
        self._picks(next(value for value in self._values if ":send:" in value))
        found = _REFERENCE.search(self._replied)
        assert found, self._replied
        return found[1]

    @property
    def _values(self) -> list[str]:
        return re.findall(r'"value": "([^"]+)"', self._replied)

    @property
    def _draft(self) -> str:
        return next(value.split(":")[1] for value in self._values if value.startswith("draft:"))

    def _asked(self) -> str:
        ways = (value.split(":") for value in self._values)
        pressed = next((way[3] for way in ways if way[0] == "draft" and way[2] in ("pick", "write", "skip")), "")
        ticked = re.search(r'"form": "draft:[^:"]+:([a-z-]+)"', self._replied)
        return pressed or (ticked[1] if ticked else "")

    def _picks(self, value: str) -> None:
        self._does(kind="choice", value=value)

    def _does(self, **event: object) -> None:
        sent = {"person": self._player.who, "key": str(uuid.uuid4()), **event}
        answer = self._player.page.request.post(f"{self._player.page.url}api/event", data=sent)
        assert answer.ok, answer.text()
        self._replied = answer.text()


def moves_clock(page: Page, step: str) -> None:
    """Move the playground's clock on by one of its steps."""
    if page.locator("#clock-menu").is_hidden():
        page.locator("#clock").click()
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#clock-said")).to_contain_text("It is now")


def remembered(page: Page) -> str:
    """Everything that the page shows or the tab keeps."""
    return page.content() + str(page.evaluate("JSON.stringify(sessionStorage)"))
