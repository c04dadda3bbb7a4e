"""A start that would lose or bare reports is stopped: status 1, the setting is named, and every file stays as it was.

Everything here happens in processes, as operators and their scripts start them.
"""

from __future__ import annotations

import base64
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.main import open_store
from bot.compiled import Knowledge
from bot.settings import read_settings
from tests.conftest import BAKERY
from tests.operating import PATIENCE_SECONDS, begins, candour, serving, settle_in
from tests.talking import Place

LAD = "lad.high@bakery.example"
OTHER_KEY = base64.b64encode(bytes(range(32))).decode()
RUN, CHECK = ("run", "--port", "0"), ("check",)
KEY_FILE, DATABASE = "candour.key", "candour.db"

Start = tuple[str, ...]
Files = dict[str, bytes]
Change = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.fixture
def data(tmp_path: Path, cache: Path, bakery: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's settings, and nothing there yet but the compiled knowledge."""
    assert bakery.version
    return settle_in(tmp_path, cache, monkeypatch)


@pytest.fixture
def sealed(data: Path, bakery: Knowledge) -> Path:
    """A database with a report in it, beside the key that it was sealed with. Nothing of it is due before tomorrow."""
    with open_store(read_settings()) as store:
        place = Place(bakery, BAKERY / "sample-people.csv", store)
        place.now = datetime.now(UTC) + timedelta(days=1)
        place.talk(LAD).reports("injury")
    return data


def contents(folder: Path) -> Files:
    """What is in each file, but for the lock, which is always empty, and the compiled knowledge."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"}


def refusals(*starts: Start) -> list[str]:
    """What these commands, started side by side, say; each must refuse, and in one paragraph."""
    children = [begins(*start) for start in starts]
    said = []
    for child in children:
        out, err = child.communicate(timeout=PATIENCE_SECONDS)
        assert child.returncode == 1, err
        assert b"http://" not in out + err
        assert b"Traceback" not in err
        said.append(" ".join((out + err).decode().split()))
    return said


def without_key(data: Path, _: pytest.MonkeyPatch) -> None:
    """The key file is gone."""
    (data / KEY_FILE).unlink()


def wrong_setting(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CANDOUR_KEY holds another database's key."""
    monkeypatch.setenv("CANDOUR_KEY", OTHER_KEY)


def wrong_file(data: Path, _: pytest.MonkeyPatch) -> None:
    """The key file is another database's."""
    (data / KEY_FILE).write_text(OTHER_KEY)


def malformed_setting(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CANDOUR_KEY was cut when it was copied."""
    monkeypatch.setenv("CANDOUR_KEY", OTHER_KEY[:-3])


def malformed_file(data: Path, _: pytest.MonkeyPatch) -> None:
    """The key file was cut when it was copied."""
    (data / KEY_FILE).write_text(OTHER_KEY[:-3])


def empty_file(data: Path, _: pytest.MonkeyPatch) -> None:
    """The key file lost its content."""
    (data / KEY_FILE).write_bytes(b"")


def read_by_all(data: Path, _: pytest.MonkeyPatch) -> None:
    """Everybody on the machine may read the key."""
    (data / KEY_FILE).chmod(0o644)


def written_by_group(data: Path, _: pytest.MonkeyPatch) -> None:
    """Colleagues may exchange the key."""
    (data / KEY_FILE).chmod(0o620)


def other_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CANDOUR_KEY_FILE names a place where there is none."""
    monkeypatch.setenv("CANDOUR_KEY_FILE", str(data / "elsewhere" / KEY_FILE))


@pytest.mark.parametrize(
    ("change", "starts", "named"),
    [
        (without_key, (RUN, CHECK), ("CANDOUR_KEY", KEY_FILE)),
        (other_file, (RUN,), ("CANDOUR_KEY", "elsewhere")),
        (wrong_setting, (RUN, CHECK), ("CANDOUR_KEY",)),
        (wrong_file, (RUN,), ("CANDOUR_KEY", KEY_FILE)),
        (malformed_setting, (RUN, CHECK), ("CANDOUR_KEY",)),
        (malformed_file, (RUN,), (KEY_FILE,)),
        (empty_file, (RUN,), (KEY_FILE,)),
        (read_by_all, (RUN, CHECK), (KEY_FILE, "chmod 600")),
        (written_by_group, (RUN,), (KEY_FILE, "chmod 600")),
    ],
)
def test_a_sealed_database_is_not_started_without_its_own_key(
    sealed: Path, monkeypatch: pytest.MonkeyPatch, change: Change, starts: tuple[Start, ...], named: tuple[str, ...]
) -> None:
    change(sealed, monkeypatch)
    before = contents(sealed)

    said = refusals(*starts)

    for paragraph in said:
        assert not [word for word in named if word not in paragraph]
        assert OTHER_KEY[:-3] not in paragraph
    assert contents(sealed) == before
    assert not (sealed / "elsewhere").exists()


@pytest.mark.parametrize("content", [b"", b"minutes of the staff meeting" * 200], ids=["empty", "no database"])
def test_a_file_in_the_databases_place_is_never_started_over(sealed: Path, content: bytes) -> None:
    (sealed / DATABASE).write_bytes(content)
    before = contents(sealed)

    said = refusals(RUN, CHECK)

    for paragraph in said:
        assert "CANDOUR_DATA" in paragraph
        assert DATABASE in paragraph
    assert contents(sealed) == before


def test_a_database_that_was_cut_is_never_started(sealed: Path) -> None:
    whole = (sealed / DATABASE).read_bytes()
    (sealed / DATABASE).write_bytes(whole[: len(whole) // 2])
    before = contents(sealed)

    said = refusals(RUN)

    assert all("CANDOUR_DATA" in paragraph for paragraph in said)
    assert contents(sealed) == before


def test_after_the_right_key_is_put_back_everything_is_there(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file = sealed / KEY_FILE
    key = key_file.read_text()
    key_file.unlink()
    refused = candour("verify")
    monkeypatch.setenv("CANDOUR_KEY", key.split()[-1])

    done = candour("verify")

    assert (refused.returncode, done.returncode) == (1, 0)
    assert b"The record is unbroken: 1 rows." in done.stdout
    assert not key_file.exists()


def test_the_first_start_makes_a_key_for_the_owner_alone_and_explains_it_once(data: Path) -> None:
    with serving() as first:
        assert first.answers
    with serving() as second:
        assert second.answers

    key_file = data / KEY_FILE
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert (data / DATABASE).stat().st_mode & 0o777 == 0o600
    assert key_file.name.encode() in first.said
    assert b"Without it no report can be read again" in first.said
    assert key_file.name.encode() not in second.said
    assert key_file.read_bytes().split()[-1] not in first.said + second.said


def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(sealed: Path) -> None:
    with serving() as first:
        before = contents(sealed)

        second, rotating = candour("run", "--port", "0"), candour("rotate-key")
        beside = candour("check")

        assert first.answers
        assert contents(sealed) == before
        assert first.stops() == 0
    for refused in (second, rotating):
        assert (refused.returncode, refused.stdout) == (1, b"")
        assert b"CANDOUR_DATA: another process serves" in refused.stderr
        assert b"Traceback" not in refused.stderr
    assert beside.returncode == 0


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=lambda sign: sign.name)
def test_after_a_process_has_ended_the_next_one_may_serve(sealed: Path, sign: signal.Signals) -> None:
    with serving() as first:
        first.ends(sign)

        with serving() as second:
            assert second.answers

    assert candour("verify").returncode == 0
