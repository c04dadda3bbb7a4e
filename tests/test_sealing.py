"""What encryption promises: nothing that was altered, moved or cut is opened, and a key is never lost by us."""

from __future__ import annotations

import base64
import itertools
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.keys import open_keyring
from adapters.storage.rotation import rotate
from adapters.storage.sealing import Keyring, Place, mark, new_key, seal, unseal
from adapters.storage.sqlite import SqliteStore
from adapters.storage.stored_state import cases, conversation_from_bytes, conversation_to_bytes
from bot.errors import Damaged, SettingsError
from bot.state import Conversation
from tests.contracts.killing import kills
from tests.contracts.samples import (
    ANNE,
    KEY,
    OTHER_KEY,
    a_case,
    a_letter,
    asked,
    case_of,
    drafting,
    file_case,
    keep,
    open_sqlite,
    tampering,
)

HERE = Place(organisation="north", table="cases", row="7Q4K-M2P8", field="sealed", version=3)
REFS = [f"CASE-{number:04}" for number in range(60)]


def test_what_was_sealed_is_opened_in_its_place() -> None:
    assert unseal(KEY, HERE, seal(KEY, HERE, b"They shouted.")) == b"They shouted."


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({seal(KEY, HERE, b"They shouted.") for _ in range(100)}) == 100


def test_one_changed_bit_anywhere_is_damage() -> None:
    sealed = seal(KEY, HERE, b"They shouted.")

    for place, bit in itertools.product(range(len(sealed)), range(8)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << bit
        with pytest.raises(Damaged):
            unseal(KEY, HERE, bytes(changed))


def test_a_cut_anywhere_is_damage() -> None:
    sealed = seal(KEY, HERE, b"They shouted.")

    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            unseal(KEY, HERE, sealed[:length])


@pytest.mark.parametrize("stored", [None, "text", 7, 7.5, b"", b"x" * 27])
def test_something_else_in_its_place_is_damage(stored: object) -> None:
    with pytest.raises(Damaged):
        unseal(KEY, HERE, stored)


@pytest.mark.parametrize(
    "there",
    [
        Place(organisation="south", table="cases", row="7Q4K-M2P8", field="sealed", version=3),
        Place(organisation="north", table="outbox", row="7Q4K-M2P8", field="sealed", version=3),
        Place(organisation="north", table="cases", row="7Q4K-M2P9", field="sealed", version=3),
        Place(organisation="north", table="cases", row="7Q4K-M2P8", field="wrapped", version=3),
        Place(organisation="north", table="cases", row="7Q4K-M2P8", field="sealed", version=4),
        Place(organisation="nort", table="hcases", row="7Q4K-M2P8", field="sealed", version=3),
        Place(organisation='north", "cases', table="", row="7Q4K-M2P8", field="sealed", version=3),
    ],
)
def test_what_was_moved_to_another_place_is_damage(there: Place) -> None:
    with pytest.raises(Damaged):
        unseal(KEY, there, seal(KEY, HERE, b"They shouted."))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged):
        unseal(OTHER_KEY, HERE, seal(KEY, HERE, b"They shouted."))
    with pytest.raises(Damaged):
        Keyring.of([OTHER_KEY]).unwrap(Keyring.of([KEY]).wrap(new_key(), HERE), HERE)


def test_a_keyring_opens_what_its_older_keys_wrapped() -> None:
    key = new_key()

    assert Keyring.of([OTHER_KEY, KEY]).unwrap(Keyring.of([KEY]).wrap(key, HERE), HERE) == key


def test_a_mark_tells_kinds_keys_and_values_apart() -> None:
    marks = {mark(KEY, "person", "a"), mark(KEY, "case", "a"), mark(OTHER_KEY, "person", "a"), mark(KEY, "person", "b")}

    assert len(marks) == 4
    assert mark(KEY, "person", "a") in marks


def test_a_keyring_does_not_show_its_keys() -> None:
    keyring = Keyring.of([KEY])

    assert repr(KEY)[2:-1] not in repr(keyring)
    assert KEY.hex() not in repr(keyring)


def test_a_case_of_another_shape_is_damage_and_never_guessed() -> None:
    stored = cases.write(a_case())

    for old, new in (
        (b'"withdrawn":', b'"mood":"sad","withdrawn":'),
        (b'"salt":', b'"pepper":'),
        (b'"sent"', b'"sung"'),
    ):
        with pytest.raises(Damaged):
            cases.read(stored.replace(old, new))


def test_a_question_of_another_shape_is_forgotten_and_a_draft_is_damage() -> None:
    question = conversation_to_bytes("anne", asked("may I?")).replace(b'"shown"', b'"showed"')
    draft = conversation_to_bytes("anne", drafting("They shouted.")).replace(b'"touched"', b'"felt"')

    assert conversation_from_bytes(question) == ("anne", Conversation())
    with pytest.raises(Damaged):
        conversation_from_bytes(draft)


# The key file.


def test_a_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "candour.key"

    first, made_now = open_keyring(file, None, tmp_path / "data" / "candour.db")
    again, made_again = open_keyring(file, None, tmp_path / "data" / "candour.db")

    assert (made_now, made_again) == (True, False)
    assert first == again
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["candour.key"]


def test_a_kill_at_any_step_of_making_the_key_leaves_a_whole_one_or_none(tmp_path: Path) -> None:
    file, database = tmp_path / "candour.key", tmp_path / "candour.db"

    for _ in kills(lambda: open_keyring(file, None, database)):
        if file.exists():
            assert open_keyring(file, None, database)[1] is False

    assert open_keyring(file, None, database)[1] is False


def test_a_lost_key_is_named_and_no_other_is_made(tmp_path: Path) -> None:
    file, database = tmp_path / "candour.key", tmp_path / "candour.db"
    with closing(SqliteStore(database, open_keyring(file, None, database)[0])) as store:
        file_case(store, a_case())
    before = database.read_bytes()
    file.unlink()

    with pytest.raises(SettingsError, match=r"CANDOUR_KEY.*candour\.key.*cannot be read without"):
        open_keyring(file, None, database)

    assert not file.exists()
    assert database.read_bytes() == before


def test_no_key_is_made_beside_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "candour.db").write_bytes(b"minutes of the staff meeting" * 100)

    with pytest.raises(SettingsError, match="CANDOUR_DATA"):
        open_keyring(tmp_path / "candour.key", None, tmp_path / "candour.db")

    assert not (tmp_path / "candour.key").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_file_that_others_may_read_or_change_stops_the_start(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "candour.key"
    open_keyring(file, None, tmp_path / "candour.db")
    file.chmod(mode)

    with pytest.raises(SettingsError, match="chmod 600"):
        open_keyring(file, None, tmp_path / "candour.db")


@pytest.mark.parametrize(
    "content",
    [b"", b"# only the explanation\n", b"c2VjcmV0LW5lZWRsZQ==\n", b"not base64 at all, needle\n", b"\xff\xfe"],
)
def test_a_malformed_key_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "candour.key"
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(SettingsError, match=r"candour\.key") as raised:
        open_keyring(file, None, tmp_path / "candour.db")

    assert file.read_bytes() == content
    assert "needle" not in str(raised.value)
    assert "c2VjcmV0" not in str(raised.value)


def test_keys_from_the_environment_go_before_the_file(tmp_path: Path) -> None:
    spelt = ", ".join(base64.b64encode(key).decode() for key in (OTHER_KEY, KEY))

    keyring, made_now = open_keyring(tmp_path / "candour.key", spelt, tmp_path / "candour.db")

    assert keyring == Keyring.of([OTHER_KEY, KEY])
    assert made_now is False
    assert not (tmp_path / "candour.key").exists()


@pytest.mark.parametrize("value", ["", "needle", "bmVlZGxl", f"{base64.b64encode(KEY).decode()},needle"])
def test_a_malformed_key_in_the_environment_is_named_and_not_shown(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="CANDOUR_KEY") as raised:
        open_keyring(tmp_path / "candour.key", value, tmp_path / "candour.db")

    assert "needle" not in str(raised.value)
    assert "bmVlZGxl" not in str(raised.value)


# A new master key.


def test_after_a_rotation_everything_is_readable_with_the_new_key_alone(tmp_path: Path) -> None:
    file, database = sealed_with_a_file(tmp_path)
    before = open_keyring(file, None, database)[0]

    done = rotate(file, None, database)

    after = open_keyring(file, None, database)[0]
    assert (done.rewrapped >= len(REFS), done.damaged) == (True, 0)
    assert after.masters[1:] == before.masters
    assert file.stat().st_mode & 0o777 == 0o600
    all_readable(database, Keyring.of(after.masters[:1]))
    with pytest.raises(SettingsError, match="CANDOUR_KEY"):
        SqliteStore(database, before)


def test_a_kill_at_any_step_of_a_rotation_leaves_everything_readable_and_the_next_run_finishes(tmp_path: Path) -> None:
    file, database = sealed_with_a_file(tmp_path, cases=8)

    for _ in kills(lambda: rotate(file, None, database)):
        all_readable(database, open_keyring(file, None, database)[0], cases=8)

    rotate(file, None, database)
    newest = open_keyring(file, None, database)[0].masters[:1]
    all_readable(database, Keyring.of(newest), cases=8)


def test_a_rotation_that_was_cut_short_is_finished_without_another_key(tmp_path: Path) -> None:
    file, database = sealed_with_a_file(tmp_path)

    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        rotate(file, None, database, stop)
    keys = len(open_keyring(file, None, database)[0].masters)

    assert rotate(file, None, database).rewrapped > 0
    assert len(open_keyring(file, None, database)[0].masters) == keys == 2


def test_a_new_key_in_the_environment_is_taken_over(tmp_path: Path) -> None:
    old, new = (base64.b64encode(key).decode() for key in (KEY, OTHER_KEY))
    with closing(open_sqlite(tmp_path, KEY)) as store:
        file_case(store, a_case())

    with pytest.raises(SettingsError, match="CANDOUR_KEY"):
        rotate(tmp_path / "candour.key", old, tmp_path / "candour.db")
    rotate(tmp_path / "candour.key", f"{new},{old}", tmp_path / "candour.db")

    with closing(open_sqlite(tmp_path, OTHER_KEY)) as store:
        assert case_of(store, a_case().ref) == a_case()


def test_nothing_is_rotated_under_a_server(tmp_path: Path) -> None:
    file, database = sealed_with_a_file(tmp_path, cases=1)
    before = file.read_bytes()

    with (
        closing(SqliteStore(database, open_keyring(file, None, database)[0], serving=True)),
        pytest.raises(SettingsError, match="another process"),
    ):
        rotate(file, None, database)

    assert file.read_bytes() == before


def test_a_case_that_was_altered_does_not_keep_the_others_from_the_new_key(tmp_path: Path) -> None:
    file, database = sealed_with_a_file(tmp_path, cases=3)
    with tampering(tmp_path) as raw:
        raw.execute("update cases set wrapped = zeroblob(68) where ref = ?", (REFS[1],))

    done = rotate(file, None, database)

    assert done.damaged == 1
    with closing(SqliteStore(database, Keyring.of(open_keyring(file, None, database)[0].masters[:1]))) as store:
        assert case_of(store, REFS[0]) == a_case(REFS[0])
        assert case_of(store, REFS[2]) == a_case(REFS[2])
        with pytest.raises(Damaged):
            case_of(store, REFS[1])


def sealed_with_a_file(folder: Path, cases: int = len(REFS)) -> tuple[Path, Path]:
    """A key file, and a database with cases, a draft and a letter that was sealed with it."""
    file, database = folder / "candour.key", folder / "candour.db"
    with closing(SqliteStore(database, open_keyring(file, None, database)[0])) as store:
        keep(store, "event-1", state=drafting("They shouted."), letters=(a_letter(),))
        for ref in REFS[:cases]:
            file_case(store, a_case(ref))
    return file, database


def all_readable(database: Path, keyring: Keyring, cases: int = len(REFS)) -> None:
    """Fail if anything of `sealed_with_a_file` cannot be read."""
    with closing(SqliteStore(database, keyring)) as store, store.transaction():
        assert store.state(ANNE) == drafting("They shouted.")
        for ref in REFS[:cases]:
            assert store.case("north", ref) == a_case(ref)
