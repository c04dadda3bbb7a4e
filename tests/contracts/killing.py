"""Kills a process of its own at each step of some work, as `kill -9` would: nothing is closed, nothing is tidied up."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

STEPS = {"execute", "fsync", "link", "replace", "unlink"}
"""What changes files: statements of SQLite's, and the calls of the operating system."""


def kills(work: Callable[[], object], every: int = 1) -> Iterator[int]:
    """Do the work in a child that is killed at its first step, then in one killed at its second, and so on.

    Yields the number of each step, to look at what is left; ends when a child came to the end of the work. With
    `every`, only every third step or so is tried.
    """
    for step in itertools.count(1, every):
        if not _dies_at(step, work):
            return
        yield step


def _dies_at(step: int, work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sys.setprofile(_kill_at(step))
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0, "the work failed"
    return False


def _kill_at(step: int) -> Callable[[FrameType, str, object], None]:
    met = itertools.count(1)

    def look(_: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") in STEPS and next(met) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return look
