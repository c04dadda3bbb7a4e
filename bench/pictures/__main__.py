"""`python -m bench.pictures`: draw what Slack shows for the README anew. First, once: `npm ci` in this folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.pictures.scenes import scenes
from bot.compiling import open_knowledge
from bot.settings import read_settings

_HERE = Path(__file__).parent
_IMAGES = _HERE.parents[1] / "docs" / "images"
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_PAGE = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="draw.css"><div id="picture"></div>'


def main() -> int:
    """Write all pictures."""
    if not (_HERE / "node_modules").exists():
        print(f"The renderer is not installed. Install it once: npm ci --prefix {_HERE}", file=sys.stderr)
        return 1
    settings = read_settings()
    knowledge = open_knowledge(settings.knowledge, settings.cache, print)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        _bundle(Path(folder))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_QUIET))
        page = browser.new_page(viewport={"width": 375, "height": 667}, device_scale_factor=2)
        for name, picture in scenes(knowledge, settings.sample_people):
            page.goto((Path(folder) / "page.html").as_uri())
            page.evaluate("picture => { window.picture = picture }", picture)
            page.add_script_tag(path=Path(folder) / "draw.js")
            page.locator("#picture > *").first.wait_for()
            page.locator("#picture").screenshot(path=_IMAGES / f"{name}.png")
        browser.close()
    return 0


def _bundle(folder: Path) -> None:
    """The renderer as one script, and its style beside it."""
    esbuild = str(_HERE / "node_modules" / ".bin" / "esbuild")
    made_for = '--define:process.env.NODE_ENV="production"'
    command = [esbuild, str(_HERE / "draw.jsx"), "--bundle", "--jsx=automatic", made_for, "--log-level=warning"]
    subprocess.run([*command, f"--outfile={folder / 'draw.js'}"], check=True)
    (folder / "page.html").write_text(_PAGE, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
