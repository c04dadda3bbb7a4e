"""Which files belong to a knowledge folder, and a name for what they hold.

`sample-people.csv` lies there too, but it is people and no knowledge: a change to it compiles nothing anew.
Kept apart from `bot/loading.py`, which reads YAML and Markdown: a start from the cache needs neither.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

FILE_MAX = 5_000_000  # bytes; a real policy with all its entries is a tenth of it
SINGLE_FILES = (
    *("calendar.yaml", "case-wording.yaml", "casework.yaml", "contacts.yaml", "lexicon.yaml", "page-wording.yaml"),
    *("qualifiers.yaml", "questions.yaml", "report-wording.yaml", "roles.yaml", "routes.yaml", "smalltalk.yaml"),
    "wording.yaml",
)
THRESHOLDS = "thresholds.yaml"
POLICIES = "policies"
_SHAPES = (
    *("knowledge.py", "flows.py", "library.py", "wording.py", "report_wording.py", "policies.py"),
    *("case_wording.py", "casework_rules.py", "page_wording.py"),
)
FOLDERS = ("entries", "silences", "flows", "examples")


def files_of(folder: Path) -> list[Path]:
    """Every file that belongs to the knowledge, in a settled order."""
    found = [folder / name for name in (*SINGLE_FILES, THRESHOLDS)]
    found += sorted((folder / POLICIES).glob("*.md"))
    for name in FOLDERS:
        found += sorted((folder / name).rglob("*.yaml"))
    return [path for path in found if path.is_file()]


def digest_of(folder: Path) -> str:
    """A name for the content of the knowledge, and the shapes it is read into: the same on every machine."""
    hashed = hashlib.sha256()
    for source in _SHAPES:
        hashed.update((Path(__file__).parent / source).read_bytes())
    for path in files_of(folder):
        hashed.update(path.relative_to(folder).as_posix().encode())
        hashed.update(hashlib.sha256(_bytes(path)).digest())
    return hashed.hexdigest()[:24]


def _bytes(path: Path) -> bytes:
    size = path.stat().st_size
    return path.read_bytes() if size <= FILE_MAX else str(size).encode()
