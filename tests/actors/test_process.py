"""Children die with everything they started: on kill, and when FORGE itself is killed.

Rules of this file: real processes; a death is waited for (process end, closed pipe), never slept
for, and each wait has a limit that fails the test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import trio

from actors import process
from actors.process import Child
from actors.system import run_system
from forge import children
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library
from forge.media.source import fingerprint
from forge.pipeline import STEPS
from forge.spec import Spec

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups are a POSIX matter")


def spec(tmp_path: Path, **params: object) -> Spec:
    source = tmp_path / "source [1]'s.mp4"
    source.write_bytes(b"some bytes")
    outputs = tmp_path / "outputs"
    outputs.mkdir(exist_ok=True)
    params = params or {"fingerprint": fingerprint(source)}
    return Spec("hash", source, outputs, tmp_path, {}, params)


async def ignore(fraction: float, speed: float | None) -> None:
    """Takes progress and does nothing."""


async def test_a_child_answers_one_spec_after_the_other(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    child = await Child.spawn("hash", nursery)
    with trio.fail_after(60):
        for _ in range(2):
            message = await child.run(spec(tmp_path), 30, ignore)
            assert message["type"] == "result"
            assert message["result"]["size"] == 10
        wrong = await child.run(spec(tmp_path, fingerprint="other"), 30, ignore)
        assert wrong["error"]["code"] == "source_changed"
        await child.kill()
    assert not child.alive


async def test_a_child_that_dies_is_an_error_with_its_last_words(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    child = await Child.spawn("hash", nursery)
    bad = Spec("hash", Path("x"), tmp_path / "missing", tmp_path)  # The child can't enter it.
    with trio.fail_after(60), pytest.raises(ForgeError) as caught:
        await child.run(bad, 30, ignore)
    assert caught.value.code == "step_died"
    assert "missing" in caught.value.message
    assert not caught.value.permanent


async def test_a_child_is_recorded_as_long_as_it_lives(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    folder = tmp_path / "children"
    killed = await Child.spawn("hash", nursery, records=folder)
    died = await Child.spawn("hash", nursery, records=folder)
    assert {each.pid for each in children.records(folder)} == {killed.pid, died.pid}
    with trio.fail_after(60):
        await killed.kill()
        assert {each.pid for each in children.records(folder)} == {died.pid}
        os.kill(died.pid, signal.SIGKILL)
        with pytest.raises(ForgeError):
            await died.run(spec(tmp_path), 30, ignore)
    assert list(folder.iterdir()) == []


async def test_a_child_that_cannot_be_recorded_does_not_run(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    folder = tmp_path / "children"
    folder.write_text("a file where the folder should be")
    before = set(psutil.Process().children())
    with trio.fail_after(60), pytest.raises(FileExistsError):
        await Child.spawn("hash", nursery, records=folder)
    assert set(psutil.Process().children()) == before


async def test_a_child_that_the_system_does_not_start_is_an_error_in_words(
    nursery: trio.Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when FORGE is updated, and its Python gone, while it runs."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone" / "python"))
    records = tmp_path / "children"
    with trio.fail_after(60), pytest.raises(ForgeError) as caught:
        await Child.spawn("hash", nursery, records=records)
    assert caught.value.code == "not_started"
    assert not caught.value.permanent
    assert not records.exists()


async def test_a_child_that_ignores_its_limit_is_stopped(
    nursery: trio.Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parent's limit is here below the child's: as if the child's own had failed."""
    monkeypatch.setattr(process, "LIMIT_GRACE", 0.0)
    monkeypatch.setitem(STEPS, "audio", replace(STEPS["audio"], allowance=0.5, pace=0.0))
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    child = await Child.spawn("audio", nursery)
    stuck = Spec("audio", endless, outputs, tmp_path, {"probe.json": endless})
    with trio.fail_after(60), pytest.raises(ForgeError) as caught:
        await child.run(stuck, 1.0, ignore)
    assert caught.value.code == "took_too_long"
    assert not child.alive


async def test_a_silent_child_is_stopped(nursery: trio.Nursery, tmp_path: Path) -> None:
    pipe = tmp_path / "endless"
    os.mkfifo(pipe)  # Reading it never ends: nobody writes.
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    child = await Child.spawn("proxy", nursery)
    stuck = Spec("proxy", pipe, outputs, tmp_path, {"probe.json": pipe})
    with trio.fail_after(60), pytest.raises(ForgeError) as caught:
        await child.run(stuck, 0.5, ignore)
    assert caught.value.code == "stalled"
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


async def test_a_child_that_does_not_listen_is_stopped(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    """A spec can be longer than what a pipe holds: a clip's has all its words."""
    child = await Child.spawn("hash", nursery)
    os.kill(child.pid, signal.SIGSTOP)
    with trio.fail_after(60), pytest.raises(ForgeError) as caught:
        await child.run(spec(tmp_path, words="x" * 2**20), 0.5, ignore)
    assert caught.value.code == "stalled"
    assert not child.alive


PARENT = """
import pathlib, sys, trio
from actors.process import Child

async def main():
    async with trio.open_nursery() as nursery:
        child = await Child.spawn("hash", nursery, records=pathlib.Path(sys.argv[1]))
        print(child.pid, flush=True)
        await trio.sleep_forever()

trio.run(main)
"""


def test_no_child_outlives_a_killed_forge(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        descriptor = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        if descriptor is None:
            pytest.skip("this system cannot wait for a process that is not its child")
        import select

        ended, _, _ = select.select([descriptor], [], [], 30)
        os.close(descriptor)
    assert ended, "the child still runs"


def stopped_orphan(records: Path) -> psutil.Process:
    """A recorded child that cannot see its input close, of a FORGE that was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(records)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        orphan.suspend()
        while orphan.status() != psutil.STATUS_STOPPED:
            pass  # On a busy machine, the state follows the signal a moment later.
        parent.kill()
    return orphan


async def test_a_child_that_could_not_end_itself_is_ended_by_the_next_forge(tmp_path: Path) -> None:
    library = Library(tmp_path / "data")
    orphan = await trio.to_thread.run_sync(stopped_orphan, library.children)
    assert orphan.status() == psutil.STATUS_STOPPED
    assert [each.pid for each in children.records(library.children)] == [orphan.pid]
    async with run_system(Settings(data=library.root), library):
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
        assert list(library.children.iterdir()) == []
