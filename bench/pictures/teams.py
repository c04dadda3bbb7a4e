"""`python -m bench.pictures.teams`: draw what Teams shows for the README anew, with Microsoft's own renderer of cards.

First, once: `npm ci` in this folder. The frame around a card is ours, with the measures of a phone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from adapters.teams.outbound import to_activities, to_dialog
from bot.compiled import Knowledge
from bot.compiling import open_knowledge
from bot.messages import Message
from bot.settings import read_settings
from tests.talking import Place, Talk

_HERE = Path(__file__).parent
_RENDERER = _HERE / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
_IMAGES = _HERE.parents[1] / "docs" / "images"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_REPORT = "cyberbullying"
_STORY = "A student in my form wrote something unkind about me on a public page, and others joined in."
_GIVEN = {"danger": "no", "reporter-is": "affected", "account": _STORY, "child-at-risk": "no"}
_STYLE = """
body { margin: 0; background: #f5f5f5; font: 14px 'Segoe UI', 'DejaVu Sans', sans-serif }
#picture { width: 375px; padding: 12px; box-sizing: border-box }
.frame { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; overflow: hidden }
.bar { padding: 12px 16px; font-weight: 600; border-bottom: 1px solid #e0e0e0 }
.ac-pushButton { font: 600 14px 'Segoe UI', 'DejaVu Sans', sans-serif; padding: 6px 12px; background: #fff;
  border: 1px solid #d1d1d1; border-radius: 4px; white-space: normal; text-align: left }
.ac-pushButton.style-positive { background: #5b5fc7; color: #fff; border-color: #5b5fc7 }
.ac-input { font: inherit; border: 1px solid #d1d1d1; border-radius: 4px; padding: 6px }
textarea.ac-input { width: 100%; box-sizing: border-box; min-height: 90px }
"""
_DRAW = r"""([card, title]) => {
  const { AdaptiveCard, HostConfig } = AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    const shown = document.createElement("p");
    shown.textContent = text.replace(/\\(.)/g, "$1");
    result.outputHtml = shown.innerHTML;
    result.didProcess = true;
  };
  const frame = document.createElement("section");
  frame.className = "frame";
  if (title) {
    const bar = document.createElement("header");
    bar.className = "bar";
    bar.textContent = title;
    frame.append(bar);
  }
  const drawn = new AdaptiveCard();
  drawn.hostConfig = new HostConfig({
    fontFamily: "'Segoe UI', 'DejaVu Sans', sans-serif",
    spacing: { small: 4, default: 10, medium: 16, large: 24, extraLarge: 32, padding: 16 },
    actions: { actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8 },
    containerStyles: { emphasis: { backgroundColor: "#f5f5f5" }, attention: { backgroundColor: "#fdf3f4",
      foregroundColors: { default: { default: "#a80000", subtle: "#a80000" } } } },
  });
  drawn.parse(card);
  frame.append(drawn.render());
  document.getElementById("picture").replaceChildren(frame);
}"""


def scenes(knowledge: Knowledge, people: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The name of each picture, the card in it, and the title of its dialog, if it is one."""
    place = Place(knowledge, people)
    reporter = place.talk(next(iter(place.directory.people)))
    answers = [_chat(reporter.picks(f"entry:{entry}")) for entry in knowledge.library.entries]
    yield "teams-answer", max(answers, key=lambda card: len(repr(card))), ""
    yield "teams-silence", _chat(reporter.says("can I add a former student on facebook?")), ""
    yield "teams-urgent", _chat(reporter.says("a pupil sent me a nude")), ""
    yield "teams-question", _chat(reporter.begins(_REPORT)), ""
    yield "teams-review", *_dialog(reporter.answers(_GIVEN).presses("Read it and send"))
    reporter.presses("Send")
    place.post()
    receiver = next(person for person, letters in place.letters.items() if letters)
    yield "teams-alert", _card(place.letters[receiver][-1]), ""
    yield "teams-case", *_dialog(place.talk(receiver).presses_in_letter())


def main() -> int:
    """Write all pictures."""
    if not _RENDERER.exists():
        print(f"The renderer is not installed. Install it once: npm ci --prefix {_HERE}", file=sys.stderr)
        return 1
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, print)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_QUIET))
        page = browser.new_page(viewport={"width": 375, "height": 667}, device_scale_factor=2)
        page.set_content(f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><div id="picture"></div>')
        page.add_script_tag(path=_RENDERER)
        for name, card, title in scenes(knowledge, settings.sample_people):
            page.evaluate(_DRAW, [card, title])
            page.locator("#picture").screenshot(path=_IMAGES / f"{name}.png")
        browser.close()
    return 0


def _card(message: Message) -> dict[str, Any]:
    return dict(to_activities(message)[0]["attachments"][0]["content"])


def _chat(talk: Talk) -> dict[str, Any]:
    return _card(next(reply for reply in talk.replies if not reply.private))


def _dialog(talk: Talk) -> tuple[dict[str, Any], str]:
    value = to_dialog(next(reply for reply in talk.replies if reply.private))["task"]["value"]
    return value["card"]["content"], value["title"]


if __name__ == "__main__":
    sys.exit(main())
