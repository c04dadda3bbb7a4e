"""The page's scripts, read by Node: a slip of the pen there would show only as an empty page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

PAGE = Path(__file__).parents[2] / "adapters" / "web" / "page"


@pytest.mark.parametrize("script", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_node_can_read_every_script(script: Path) -> None:
    checked = subprocess.run(
        ["node", "--input-type=module", "--check"],
        input=script.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
