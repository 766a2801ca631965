"""The demo that a browser asks for is made in a child, which never outlives FORGE.

Rules of this file: the real child in a process of its own; it is waited for by its pipes and its
end, never by the clock. That the demo becomes a project and a clip is shown in tests/e2e.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from actors.demo import make_demo
from forge.errors import ForgeError


def test_the_child_and_its_ffmpeg_end_with_their_parent(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "forge.demo_process", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    started = psutil.Process(child.pid)
    output, _ = child.communicate(timeout=30)  # Closes its stdin, as a killed parent does.
    assert output == b""
    assert child.returncode == -signal.SIGKILL
    assert not (tmp_path / "forge-demo.mp4").exists()
    assert not started.is_running()


async def test_a_child_that_cannot_make_it_says_why(tmp_path: Path) -> None:
    records = tmp_path / "children"
    with pytest.raises(ForgeError) as caught:
        await make_demo(tmp_path / "demo", records, str(tmp_path / "no-ffmpeg"))
    assert caught.value.code == "demo_failed"
    assert "forge doctor" in caught.value.hint
    assert list(records.iterdir()) == []
