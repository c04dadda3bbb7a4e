"""Compile knowledge into the cache, in a process of its own: `python -m bot.compiling LIBRARY CACHE`.

Training needs scikit-learn (about 100 MiB and a second to load) and both cores; a serving process has neither to
spare. Progress goes to stderr.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

from bot.compiled import Knowledge, index_digest, lexicon_of, open_index, save_index
from bot.errors import SettingsError
from bot.folder import digest_of
from bot.library import Library
from bot.matching.index import Index

_KEPT = 4  # compiled indexes left in the cache: the one in use and a few to come back to


def open_knowledge(folder: Path, cache: Path, progress: Callable[[str], None]) -> Knowledge:
    """The knowledge in `folder`, compiled; from the cache when nothing changed. Raises KnowledgeError."""
    digest = digest_of(folder) if folder.is_dir() else ""
    kept = cache / f"library-{digest}.json"
    library = _kept_library(kept) or _load_and_keep(folder, kept)
    where = cache / f"index-{index_digest(library)}"
    index = _kept_index(where)
    if index is None:
        _compile_apart(kept, cache, progress)
        index = open_index(where)
    where.touch()
    return Knowledge(library=library, index=index, version=digest)


def _kept_library(kept: Path) -> Library | None:
    try:
        return Library.model_validate_json(kept.read_bytes())
    except (OSError, ValueError):
        return None


def _kept_index(where: Path) -> Index | None:
    """The index in the cache, or None if it is not there or damaged: it can always be made again."""
    try:
        return open_index(where)
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def _load_and_keep(folder: Path, kept: Path) -> Library:
    from bot.loading import load  # YAML and Markdown take longer to import than everything else at a start

    library = load(folder)
    kept.parent.mkdir(parents=True, exist_ok=True)
    _replace(kept, library.model_copy(update={"examples": ()}).model_dump_json())
    return library


def _compile_apart(kept: Path, cache: Path, progress: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "bot.compiling", str(kept.resolve()), str(cache.resolve())]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as child:
        assert child.stderr is not None
        said = []
        for line in child.stderr:
            said.append(line.rstrip())
            if line.startswith("compiling: "):
                progress(f"Preparing the knowledge: {line.removeprefix('compiling: ').rstrip()}")
    if child.returncode:
        raise SettingsError(f"Compiling the knowledge failed: {' '.join(said[-3:])}")


def compile_index(library: Library, cache: Path, progress: Callable[[str], None]) -> Path:
    """Train the index of a library and put it into the cache, whole or not at all."""
    from bot.matching.train import train

    where = cache / f"index-{index_digest(library)}"
    unfinished = cache / f"unfinished-{os.getpid()}"
    save_index(train(library.phrasings(), lexicon_of(library), progress), unfinished)
    shutil.rmtree(where, ignore_errors=True)
    unfinished.rename(where)
    _forget_old(cache)
    return where


def _forget_old(cache: Path) -> None:
    for pattern in ("index-*", "library-*.json"):
        for old in sorted(cache.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]:
            shutil.rmtree(old) if old.is_dir() else old.unlink()


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _main() -> None:
    kept, cache = Path(sys.argv[1]), Path(sys.argv[2])
    compile_index(
        Library.model_validate_json(kept.read_bytes()),
        cache,
        lambda line: print(f"compiling: {line}", file=sys.stderr, flush=True),
    )


if __name__ == "__main__":
    _main()
