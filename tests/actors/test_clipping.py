"""What `forge clip` says around its work: of a server it leaves running, and of the transcript.

Rules of this file: no server and no recording; the running FORGE is a note on the disk and a held
lock, as the next command finds it.
"""

from __future__ import annotations

import json
from io import StringIO

import pytest
import trio
from filelock import FileLock
from rich.console import Console

from actors.clipping import reach
from actors.telling import Written, print_facecam, print_notes, print_written
from forge import exits
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library

NOTE = "tiny.en knows only [b]English[/b]."


async def interrupted(settings: Settings) -> None:
    async with reach(settings):
        await trio.lowlevel.checkpoint()
        raise KeyboardInterrupt


async def test_ctrl_c_beside_a_running_forge_says_that_its_work_goes_on(
    settings: Settings, library: Library
) -> None:
    library.server.write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": 1}), "utf-8")
    with FileLock(library.lock), pytest.raises(ForgeError, match="goes on with the work") as left:
        await interrupted(settings)
    assert exits.exit_code(left.value.code) == exits.INTERRUPTED


def test_what_speaks_against_the_words_is_said_as_it_is() -> None:
    out = StringIO()
    jobs = [
        {"result": None},
        {"result": {"probe": {}}},
        {"result": {"transcription": {"note": None}}},
        {"result": {"transcription": {"note": NOTE}}},
    ]
    print_notes(jobs, Console(file=out, width=200))
    assert out.getvalue() == f"! {NOTE}\n"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"rect": {"x": 0.72, "y": 0.04, "w": 0.25, "h": 0.3}, "sure": True}, "found and taken: "),
        ({"rect": {"x": 0.72, "y": 0.04, "w": 0.25, "h": 0.3}, "sure": False}, "--facecam "),
        ({"rect": None, "sure": False}, None),
    ],
)
def test_which_facecam_was_taken_is_said(found: dict[str, object], said: str | None) -> None:
    out = StringIO()
    jobs = [{"result": None}, {"result": {"facecam": found}}]
    print_facecam(jobs, Console(file=out, width=200))
    if said is None:
        assert "No facecam was found: the clips show the game alone." in out.getvalue()
    else:
        assert f"{said}0.720,0.040,0.250,0.300\n" in out.getvalue()


def test_what_can_be_done_with_clips_is_said_where_there_are_some() -> None:
    out = StringIO()
    print_written([], Console(file=out))
    assert out.getvalue() == ""
    clip = Written([], 0.0, 9.0, 50.0, [], {"captions": True})
    print_written([clip], Console(file=out, width=200))
    assert "forge run" in out.getvalue()
