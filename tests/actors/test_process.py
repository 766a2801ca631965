"""Children die with everything they started: on kill, and when FORGE itself is killed.

Rules of this file: real processes; a death is waited for (process end, closed pipe), never slept
for, and each wait has a limit that fails the test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import trio

from actors.process import Child
from forge.errors import ForgeError
from forge.media.source import fingerprint
from forge.steps.spec import Spec

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


PARENT = """
import sys, trio
from actors.process import Child

async def main():
    async with trio.open_nursery() as nursery:
        child = await Child.spawn("hash", nursery)
        print(child.pid, flush=True)
        await trio.sleep_forever()

trio.run(main)
"""


def test_no_child_outlives_a_killed_forge() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
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
