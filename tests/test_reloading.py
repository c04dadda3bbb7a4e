"""Knowledge follows its files: good changes take effect, broken ones are explained while the old answers go on."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.compiled import Knowledge, index_digest
from bot.compiling import open_knowledge
from bot.errors import KnowledgeError
from bot.live import LiveKnowledge
from tests.conftest import BAKERY
from tests.talking import Place, Talk

ENTRIES = "entries/food-hygiene.yaml"
QUESTION = "do i need a hairnet in the bakehouse"
OLD = "Wear a hairnet in the bakehouse at all times."
NEW = "Put a hairnet on before you go into the bakehouse."


class Bakery:
    """A bakery whose files somebody edits while it answers."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self.reported: list[str] = []
        self.live = LiveKnowledge(folder, cache, self.reported.append)

    def edits(self, name: str, old: str, new: str) -> None:
        """Save a file with the first `old` replaced."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def answer(self) -> str:
        """What somebody who asks now hears about hairnets."""
        return Talk(self.live.current).says(QUESTION).hears

    @property
    def indexes(self) -> dict[str, int]:
        """The trained indexes in the cache, and when each was written."""
        return {path.name: (path / "arrays.npz").stat().st_mtime_ns for path in self.cache.glob("index-*")}


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path, bakery: Knowledge) -> Path:
    """A cache of one's own that holds the bakery as it is and nothing else."""
    name = f"index-{index_digest(bakery.library)}"
    shutil.copytree(cache / name, tmp_path / "compiled" / name)
    shutil.copy(cache / f"library-{bakery.version}.json", tmp_path / "compiled")
    return tmp_path / "compiled"


@pytest.fixture
def edited(tmp_path: Path, own_cache: Path) -> Bakery:
    """A bakery that is open, and may be edited."""
    return Bakery(shutil.copytree(BAKERY, tmp_path / "bakery"), own_cache)


def test_a_good_change_takes_effect_at_reload(edited: Bakery) -> None:
    edited.edits(ENTRIES, OLD, NEW)

    before = edited.answer
    edited.live.reload()

    assert OLD in before
    assert NEW in edited.answer
    assert OLD not in edited.answer
    assert edited.live.faults == ()


def test_a_good_change_has_another_version_and_taking_it_back_has_the_first(edited: Bakery) -> None:
    first = edited.live.current.version
    edited.edits(ENTRIES, OLD, NEW)
    edited.live.reload()
    second = edited.live.current.version

    edited.edits(ENTRIES, NEW, OLD)
    edited.live.reload()

    assert second != first
    assert edited.live.current.version == first
    assert OLD in edited.answer


def test_a_conversation_goes_on_over_a_reload(edited: Bakery) -> None:
    place = Place(edited.live.current)
    place.talk("lad").says(QUESTION, key="before-the-reload")
    edited.edits(ENTRIES, OLD, NEW)
    edited.live.reload()

    place.knowledge = edited.live.current
    talk = place.talk("lad").picks("feedback:not-meant:hairnet")

    assert talk.options


def test_changing_only_a_headline_does_not_train_again(edited: Bakery) -> None:
    trained = edited.indexes
    edited.edits(ENTRIES, OLD, NEW)

    edited.live.reload()

    assert len(trained) == 1
    assert edited.indexes == trained
    assert not [line for line in edited.reported if "train" in line]


def test_saving_the_files_unchanged_changes_nothing(edited: Bakery) -> None:
    version, trained = edited.live.current.version, edited.indexes
    for path in edited.folder.rglob("*.yaml"):
        path.write_bytes(path.read_bytes())

    edited.live.reload()

    assert (edited.live.current.version, edited.indexes, edited.live.faults) == (version, trained, ())


def test_a_broken_change_keeps_the_old_answers_and_lists_the_faults(edited: Bakery) -> None:
    edited.edits(ENTRIES, OLD, NEW)
    edited.edits(ENTRIES, "verdict: info", "verdict: perhaps")
    edited.edits("roles.yaml", "ask_first: shift_lead", "ask_first: shiftlead")

    edited.live.reload()

    assert OLD in edited.answer
    assert len(edited.live.faults) == 2
    assert any(fault.startswith(f"{ENTRIES}, line 5, entries[0].verdict:") for fault in edited.live.faults)
    assert any(fault.startswith("roles.yaml, line") and "shift_lead" in fault for fault in edited.live.faults)


def test_whoever_waits_at_the_terminal_is_told_of_the_faults_and_that_answers_go_on(edited: Bakery) -> None:
    edited.edits("roles.yaml", "ask_first: shift_lead", "ask_first: shiftlead")

    edited.live.reload()

    said = "\n".join(edited.reported)
    assert "the earlier version goes on answering" in said
    assert 'there is no role "shiftlead"' in said


def test_mending_clears_the_faults_and_takes_the_change_over(edited: Bakery) -> None:
    edited.edits(ENTRIES, OLD, NEW)
    edited.edits(ENTRIES, "verdict: info", "verdict: perhaps")
    edited.live.reload()

    edited.edits(ENTRIES, "verdict: perhaps", "verdict: info")
    edited.live.reload()

    assert edited.live.faults == ()
    assert NEW in edited.answer


def test_mending_one_of_two_faults_leaves_the_other(edited: Bakery) -> None:
    edited.edits(ENTRIES, "verdict: info", "verdict: perhaps")
    edited.edits("roles.yaml", "ask_first: shift_lead", "ask_first: shiftlead")
    edited.live.reload()

    edited.edits(ENTRIES, "verdict: perhaps", "verdict: info")
    edited.live.reload()

    [fault] = edited.live.faults
    assert fault.startswith("roles.yaml")


def test_a_folder_that_disappears_keeps_the_old_answers(edited: Bakery) -> None:
    edited.folder.rename(edited.folder.with_name("moved"))

    edited.live.reload()

    assert OLD in edited.answer
    assert len(edited.live.faults) == 1
    assert "CANDOUR_KNOWLEDGE" in edited.live.faults[0]


def test_knowledge_that_is_broken_from_the_beginning_is_not_opened(tmp_path: Path, own_cache: Path) -> None:
    folder = shutil.copytree(BAKERY, tmp_path / "bakery")
    (folder / "wording.yaml").unlink()

    with pytest.raises(KnowledgeError, match=r"wording\.yaml"):
        Bakery(folder, own_cache)


async def saved(times: int) -> AsyncIterator[object]:
    """A file system that tells of so many changes."""
    for _ in range(times):
        yield object()


async def test_a_change_is_taken_over_when_the_file_system_tells_of_it(edited: Bakery) -> None:
    edited.edits(ENTRIES, OLD, NEW)

    await edited.live.follow(saved(1))

    assert NEW in edited.answer


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("[", id="broken"),
        pytest.param("", id="empty"),
        pytest.param("[" * 1000 + "]" * 1000, id="deeply nested"),
    ],
)
async def test_files_are_still_followed_after_a_broken_change(edited: Bakery, content: str) -> None:
    whole = (edited.folder / "smalltalk.yaml").read_text()

    async def breaks_then_mends() -> AsyncIterator[object]:
        (edited.folder / "smalltalk.yaml").write_text(content)
        yield object()
        (edited.folder / "smalltalk.yaml").write_text(whole)
        edited.edits(ENTRIES, OLD, NEW)
        yield object()

    await edited.live.follow(breaks_then_mends())

    assert NEW in edited.answer


@pytest.mark.parametrize("kind", ["library-*.json", "index-*/arrays.npz"])
def test_a_damaged_cache_is_made_again(own_cache: Path, kind: str) -> None:
    [damaged] = own_cache.glob(kind)
    os.truncate(damaged, 1000)

    knowledge = open_knowledge(BAKERY, own_cache, print)

    assert OLD in Talk(knowledge).says(QUESTION).hears


@pytest.mark.parametrize(("kind", "content"), [("library-*.json", "{}"), ("index-*/words.json", "{}")])
def test_a_cache_that_another_version_wrote_is_made_again(own_cache: Path, kind: str, content: str) -> None:
    [other] = own_cache.glob(kind)
    other.write_text(content)

    knowledge = open_knowledge(BAKERY, own_cache, print)

    assert OLD in Talk(knowledge).says(QUESTION).hears
