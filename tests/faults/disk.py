"""Disks that fail, fill up, or give back something else than was written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.child import Child, Place
from tests.faults.counting import Tally, count, read, sound
from tests.faults.transcript import Transcript
from tests.faults.worker import DATABASE, ORGANISATION

FAULTS = ("full", "write", "fsync")
"""No room to grow; no write succeeds; nothing is known to be on disk. See failing_disk.c."""

_SOURCE = Path(__file__).with_name("failing_disk.c")


def compiler() -> str | None:
    """The C compiler that makes the failing disk, if there is one."""
    return shutil.which("cc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endured:
    """What a process with a failing disk came to. `refused`: how often people were told "not saved"."""

    tally: Tally
    refused: int
    failed: tuple[str, ...]


def endure(place: Place, every: tuple[int, ...]) -> Endured:
    """Play on a disk of which every n-th call fails, for each kind of fault and each n; then on a sound one."""
    switch, transcript = place.data / "switch", Transcript()
    place.data.mkdir(parents=True)
    child = Child(place, transcript, 0, environment=_failing(place.data, switch))
    failed = [] if child.says("rest") else ["it did not start on a sound disk"]
    child.tell("go on")
    child.says("acknowledged sent", times=5)
    for fault in FAULTS:
        for n in every:
            switch.write_text(f"{fault} {n}")
            if not child.says("refused", times=child.said("refused") + 5):
                failed.append(f"{fault}, every {n}: nobody was told that it was not saved")
            switch.write_text("")
            if not child.says("acknowledged sent", times=child.said("acknowledged sent") + 2):
                failed.append(f"{fault}, every {n}: no report was saved afterwards")
    child.tell("")
    if status := child.end():
        failed.append(f"exit status {status}. {child.complaints.strip()[-400:]}")
    again = transcript.end(crashed=False)
    after = Child(place, transcript, 1, again)  # whatever was claimed and not sent by then is sent now
    if not after.says("rest"):
        failed.append("it did not start again")
    after.tell("")
    if status := after.end():
        failed.append(f"the second start ended with exit status {status}. {after.complaints.strip()[-400:]}")
    transcript.end(crashed=False)
    tally = count(read(place.data, ORGANISATION), transcript)
    broken = int(not sound(place.data, ORGANISATION))
    return Endured(tally=tally.worst(Tally(broken=broken)), refused=transcript.refused, failed=tuple(failed))


def _failing(folder: Path, switch: Path) -> Mapping[str, str]:
    switch.write_text("")
    library = folder / "failing_disk.so"
    subprocess.run([compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE], check=True)
    names = {"FAULTY_DISK_SWITCH": str(switch), "FAULTY_DISK_NAME": DATABASE}
    return {"LD_PRELOAD": str(library), **names}


def spoil(place: Place, sound_data: Path) -> tuple[int, list[str]]:
    """Start over copies of a sound database that were spoilt in several ways. How many ways, and what went wrong."""
    failed = []
    for name, spoilt in SPOILT.items():
        folder = place.data / name.replace(" ", "-")
        shutil.copytree(sound_data, folder)
        database = folder / DATABASE
        database.write_bytes(spoilt(database.read_bytes()))
        before = database.read_bytes()
        child = Child(Place(data=folder, cache=place.cache, seed=place.seed), Transcript(), 1000)
        if child.says("rest"):
            failed.append(f"{name}: it started")
            child.tell("")
        status = child.end()
        if status != 1 or "Traceback" in child.complaints:
            failed.append(f"{name}: exit status {status}. {child.complaints.strip()[-400:]}")
        if database.read_bytes() != before:
            failed.append(f"{name}: the file was changed")
    return len(SPOILT), failed


def _with_a_page_of_rubbish(content: bytes) -> bytes:
    """The second page is the root of a table in every database of ours."""
    return content[:4096] + b"\xa5" * 4096 + content[8192:]


SPOILT: Mapping[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda content: content[: len(content) // 2],
    "cut within a page": lambda content: content[: len(content) - 1000],
    "cut by a byte": lambda content: content[: len(content) - 1],
    "without the last page": lambda content: content[: len(content) - 4096],
    "cut to nothing": lambda _: b"",
    "another header": lambda content: b"minutes of a meeting" + content[20:],
    "a page of rubbish": _with_a_page_of_rubbish,
    "zeros throughout": lambda content: bytes(len(content)),
}
