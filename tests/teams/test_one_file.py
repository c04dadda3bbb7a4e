"""The SDK of Teams is at the end of its support: it must stay exchangeable."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SDK = re.compile(r"^\s*(from|import)\s+(botbuilder|botframework|msrest)", re.MULTILINE)


def test_one_file_of_the_product_loads_the_sdk_of_teams() -> None:
    files = [path for folder in ("bot", "adapters") for path in (ROOT / folder).rglob("*.py")]

    loading = {path.relative_to(ROOT).as_posix() for path in files if SDK.search(path.read_text(encoding="utf-8"))}

    assert loading == {"adapters/teams/runtime.py"}
