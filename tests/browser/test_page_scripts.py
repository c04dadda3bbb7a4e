"""The page's scripts, read by Node: a slip of the pen there would show only as an empty page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

PAGE = Path(__file__).parents[2] / "adapters" / "web" / "page"


@pytest.mark.parametrize("script", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_node_can_read_every_script(script: Path, tmp_path: Path) -> None:
    module = tmp_path / f"{script.stem}.mjs"  # by this name every Node reads it as a module
    module.write_bytes(script.read_bytes())

    checked = subprocess.run(["node", "--check", module], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
