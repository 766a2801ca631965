"""A killed FORGE's children are ended by the next one, and nobody else is.

Rules of this file: real processes; an end is waited for, never slept for. Whoever is to survive
is asked for an answer afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.children import VARIABLE, Record, end_orphans, forget, is_ours, new_mark, record, records
from forge.media import ffmpeg

#: Says its name, then answers each line with itself, until its input ends.
ECHO = (
    "import sys\nprint('here', flush=True)\nfor line in sys.stdin: print(line, end='', flush=True)"
)
#: Starts an ffmpeg that never ends, in its own session, and says its pid.
PARENT = """
import subprocess, sys
silence = ["-re", "-f", "lavfi", "-i", "anullsrc", "-f", "null", "-"]
child = subprocess.Popen([sys.argv[1], "-v", "error", "-nostdin", *silence])
print(child.pid, flush=True)
sys.stdin.read()
"""


@contextmanager
def process(*argv: str, mark: str = "") -> Iterator[subprocess.Popen[str]]:
    """A child in a session of its own, that has said its first line."""
    child = subprocess.Popen(
        [sys.executable, "-c", *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=os.name != "nt",
        env={**os.environ, **({VARIABLE: mark} if mark else {})},
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def answers(child: subprocess.Popen[str]) -> bool:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("still there\n")
    child.stdin.flush()
    return child.stdout.readline() == "still there\n"


def runs(process: psutil.Process) -> bool:
    """Whether it does; where nobody reaps orphans, a dead one keeps its number."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def first_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_record_lasts_as_long_as_its_child(tmp_path: Path) -> None:
    mark = new_mark()
    with process(ECHO) as child:
        record(tmp_path, mark, child.pid)
        (found,) = records(tmp_path)
        assert (found.mark, found.pid) == (mark, child.pid)
        assert is_ours([found], psutil.Process(child.pid))
        forget(tmp_path, mark)
        assert records(tmp_path) == []
        assert end_orphans(tmp_path) == 0
        first_line(child)
        assert answers(child)


def test_a_child_without_a_forge_is_ended(tmp_path: Path) -> None:
    with process(ECHO) as child:  # It carries no mark: its pid and its start time tell.
        record(tmp_path, new_mark(), child.pid)
        assert end_orphans(tmp_path) == 1
        assert not psutil.pid_exists(child.pid)
    assert list(tmp_path.iterdir()) == []


def test_a_stranger_with_a_recorded_pid_is_left_alone(tmp_path: Path) -> None:
    mark = new_mark()
    with process(ECHO) as stranger:
        record(tmp_path, mark, stranger.pid)
        path = tmp_path / f"{mark}.json"
        (found,) = records(tmp_path)
        path.write_text(path.read_text().replace(str(found.started), str(found.started - 60)))
        assert records(tmp_path)[0].started == found.started - 60
        assert end_orphans(tmp_path) == 0
        first_line(stranger)
        assert answers(stranger)
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_child_started_is_ended_and_nothing_of_another_forge(tmp_path: Path) -> None:
    mark, other = new_mark(), new_mark()
    with (
        process(PARENT, ffmpeg.binary(), mark=mark) as ours,
        process(PARENT, ffmpeg.binary(), mark=other) as theirs,
    ):
        started = [psutil.Process(int(first_line(each))) for each in (ours, theirs)]
        try:
            record(tmp_path, mark, ours.pid)
            ours.kill()
            ours.wait()
            assert runs(started[0]), "ffmpeg has nobody that would end it"
            assert end_orphans(tmp_path) == 1
            assert [runs(each) for each in started] == [False, True]
        finally:
            for each in filter(runs, started):
                each.kill()


@pytest.mark.parametrize("name", ["x.json", "0" * 32 + ".json", "1" * 32 + ".part"])
@given(content=st.binary(max_size=40))
def test_what_no_forge_wrote_is_no_record(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("children")
    (folder / name).write_bytes(content)
    assert all(isinstance(each, Record) for each in records(folder))
    assert end_orphans(folder) == 0
