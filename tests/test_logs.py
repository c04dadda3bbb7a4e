"""Libraries may say that something is wrong, never what it was about; the operator reads words from a fixed list."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.logs import REASONS, known_reason, operator_line, quiet_libraries

NEEDLE = "zx81-quokka"
LIBRARIES = [
    "aiohttp.server",
    "asyncio",
    "slack_bolt.AsyncApp",
    "slack_bolt:handler",
    "slack_sdk.web.async_client",
    "botbuilder.core",
    "urllib3.connectionpool",
    f"made.of.{NEEDLE}",
    NEEDLE,
]


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """Everything that is logged from now on, written as fully as a careless operator could ask for."""
    factory, disabled, raises = logging.getLogRecordFactory(), logging.root.manager.disable, logging.raiseExceptions
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        logging.Formatter("%(name)s %(levelname)s %(pathname)s %(funcName)s %(threadName)s %(message)s %(args)s")
    )
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet_libraries()
    yield written
    logging.setLogRecordFactory(factory)
    logging.disable(disabled)
    logging.raiseExceptions = raises
    root.removeHandler(handler)
    root.setLevel(level)


def speak_at_every_level(name: str) -> None:
    """What libraries do with what they carry."""
    library = logging.getLogger(name)
    body = {"text": NEEDLE}
    library.setLevel(logging.DEBUG)
    library.debug("body %s", body)
    library.info(f"body {NEEDLE}")
    library.warning("unhandled %r", body, extra={"body": body})
    library.error(NEEDLE, stack_info=True)
    try:
        raise ValueError(NEEDLE)
    except ValueError:
        library.exception("while handling %s", body)
    library.critical(ValueError(NEEDLE))
    library.warning("wrong number of arguments %s %s", NEEDLE)
    library.log(35, "%(text)s", body)


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_secret_that_a_library_logs_is_not_in_the_output(output: io.StringIO, name: str) -> None:
    speak_at_every_level(name)

    assert output.getvalue().strip()
    assert NEEDLE not in output.getvalue()


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_secret_is_not_in_the_output_when_somebody_turns_debugging_on(output: io.StringIO, name: str) -> None:
    logging.disable(logging.NOTSET)

    speak_at_every_level(name)

    assert "DEBUG" in output.getvalue()
    assert NEEDLE not in output.getvalue()


def test_a_secret_is_not_in_what_a_handler_that_breaks_leaves_on_the_terminal(
    output: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = logging.StreamHandler(io.StringIO())
    broken.stream.close()
    logging.getLogger("slack_bolt").addHandler(broken)

    speak_at_every_level("slack_bolt")

    logging.getLogger("slack_bolt").removeHandler(broken)
    assert NEEDLE not in "".join(capsys.readouterr())


def test_a_library_that_chatters_is_not_heard(output: io.StringIO) -> None:
    logging.getLogger("slack_sdk").setLevel(logging.DEBUG)

    logging.getLogger("slack_sdk").info("sending a request")

    assert output.getvalue() == ""


def test_an_error_of_a_library_is_told_by_its_name_level_and_type(output: io.StringIO) -> None:
    try:
        raise ConnectionResetError(NEEDLE)
    except ConnectionResetError:
        logging.getLogger("aiohttp.server").exception(NEEDLE)

    assert "aiohttp: ERROR, ConnectionResetError" in output.getvalue()


def test_an_operator_reads_a_sentence_and_can_search_for_its_fields() -> None:
    line = operator_line("letter-failed", reason="not-found", count=2, seconds=1.5, status=404)

    assert line.startswith("A letter can reach its person on no platform.")
    assert line.endswith("[kind=letter-failed reason=not-found count=2 seconds=1.5 status=404]")


def test_an_operator_reads_the_type_of_an_exception() -> None:
    assert "reason=TimeoutError" in operator_line("platform-broke", reason=TimeoutError)


class Sly(str):
    """Looks like an allowed word, and is written differently."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return NEEDLE


class SlyNumber(int):
    """Looks like a number, and is written differently."""

    def __str__(self) -> str:
        return NEEDLE


@pytest.mark.parametrize(
    "make",
    [
        lambda: operator_line(NEEDLE),  # type: ignore[arg-type]
        lambda: operator_line("letter-failed", person=NEEDLE),
        lambda: operator_line("letter-failed", **{NEEDLE: 1}),
        lambda: operator_line("letter-failed", reason=NEEDLE),
        lambda: operator_line("letter-failed", reason=ValueError(NEEDLE)),
        lambda: operator_line("letter-failed", reason=Sly("not-found")),
        lambda: operator_line("letter-failed", count=NEEDLE),
        lambda: operator_line("letter-failed", count=SlyNumber(3)),
        lambda: operator_line("letter-failed", seconds=[NEEDLE]),
    ],
    ids=["kind", "another field", "field name", "reason", "exception", "word", "text as number", "number", "list"],
)
def test_nothing_else_can_be_written_and_the_refusal_does_not_repeat_it(make: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match="lists") as refused:
        make()

    assert NEEDLE not in str(refused.value)


def test_a_word_of_a_platform_that_is_not_known_is_told_as_other() -> None:
    assert known_reason(NEEDLE) == "other"
    assert {known_reason(reason) for reason in REASONS} == REASONS
