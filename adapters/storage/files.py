"""Files that are made once and must not be lost: written beside, flushed with their folder, then put in place."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def put(path: Path, content: bytes) -> bool:
    """Make an owner-only file, whole or not at all. False, and nothing changed, if there is one already."""
    beside = _write_beside(path, content)
    try:
        return put_file(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def put_file(made: Path, path: Path) -> bool:
    """Give a finished file its name as well. False, and nothing changed, if another file has it already."""
    try:
        os.link(made, path)
    except FileExistsError:
        return False
    flush_folder(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Exchange an owner-only file: at any moment it is the old one or the new one."""
    beside = _write_beside(path, content)
    try:
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def beside(path: Path) -> Path:
    """A name in the same folder that nobody has."""
    return path.with_name(f"{path.name}.new-{secrets.token_hex(8)}")


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk, not only the files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = beside(path)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return made
