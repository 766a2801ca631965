"""How commands end: one line and a code, whatever went wrong, however deep.

Rules of this file: the real command line in this process; the work behind it is replaced by what
is to go wrong. What real failures say is shown in tests/e2e.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trio
from click.testing import CliRunner, Result

import actors.listing
from forge import exits
from forge.__main__ import main
from forge.config import Settings
from forge.errors import ForgeError

FULL = ForgeError("disk_full", "The disk [is] full.", hint="Free some space.")


def naked(error: BaseException) -> None:
    raise error


def grouped(error: BaseException) -> None:
    raise BaseExceptionGroup("tasks", [BaseExceptionGroup("tasks", [error])])


@pytest.fixture(params=[naked, grouped])
def ending(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[BaseException], Result]:
    """Runs a command whose work ends with an exception, as it is or out of a nursery's depth."""

    def run(error: BaseException) -> Result:
        async def fails(_: Settings) -> None:
            await trio.lowlevel.checkpoint()
            request.param(error)

        monkeypatch.setattr(actors.listing, "fetch_jobs", fails)
        return CliRunner().invoke(main, ["jobs", "--data", str(tmp_path)])

    return run


def test_a_failure_in_words_is_one_line_and_its_code(
    ending: Callable[[BaseException], Result],
) -> None:
    result = ending(FULL)
    assert result.exit_code == exits.CANT_CREATE
    assert result.stderr == "forge: The disk [is] full. Free some space.\n"


def test_an_interrupt_is_said_and_has_its_code(ending: Callable[[BaseException], Result]) -> None:
    assert ending(KeyboardInterrupt()).exit_code == exits.INTERRUPTED


def test_a_fault_has_its_code_and_shows_where_it_is(
    ending: Callable[[BaseException], Result],
) -> None:
    result = ending(RuntimeError("out of tune"))
    assert result.exit_code == exits.INTERNAL
    for words in ("fault in FORGE", "out of tune", "test_exits.py"):
        assert words in result.stderr


def test_an_interrupt_before_the_work_begins_ends_alike(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(**_: object) -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr("forge.__main__.chosen_settings", interrupted)
    result = CliRunner().invoke(main, ["jobs", "--data", str(tmp_path)])
    assert result.exit_code == exits.INTERRUPTED
    assert result.stderr.startswith("Stopped.")
