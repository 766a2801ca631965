"""``forge run`` and the signals that end it.

Rules of this file: real processes and real signals; what a process says on its pipe tells how far
it is, and every wait has a limit that fails the test.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from actors.door import occupy, server_note
from forge import exits
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

#: A stop that would never end: what is left then is the limit, and a second signal.
STUBBORN = """
import signal, sys, trio
from actors.running import heed

async def main():
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            stop = trio.Event()
            nursery.start_soon(heed, signals, stop, float(sys.argv[1]))
            print("running", flush=True)
            await stop.wait()
            print("stopping", flush=True)
            await trio.sleep_forever()

trio.run(main)
"""


@pytest.mark.parametrize(
    ("grace", "second", "code"),
    [("600", signal.SIGINT, exits.INTERRUPTED), ("0.1", None, exits.BUSY)],
    ids=["a second signal", "the limit"],
)
def test_a_stop_that_hangs_is_ended_by(
    grace: str, second: signal.Signals | None, code: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN, grace], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert next(server.stdout) == "running\n"
        server.send_signal(signal.SIGTERM)
        assert next(server.stdout) == "stopping\n"
        if second is not None:
            server.send_signal(second)
        assert server.wait(timeout=60) == code


def test_a_browser_of_the_terminal_does_not_hold_the_stop(tmp_path: Path) -> None:
    """Such a browser runs in the foreground until somebody quits it: here until its stdin ends."""
    browser = f"{sys.executable} -c \"import sys; print('open', flush=True); sys.stdin.read()\" %s"
    with subprocess.Popen(
        [sys.executable, "-m", "forge", "run", "--port", "0"],
        env={**os.environ, "FORGE_DATA": str(tmp_path / "data"), "BROWSER": browser},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            assert any(line == "open\n" for line in server.stdout)
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=60) == exits.OK
        finally:
            server.stdin.close()
            server.kill()


async def test_nobody_follows_the_note_of_a_server_that_was_killed(settings: Settings) -> None:
    """Here the next one has the folder, and comes no further than its port."""
    library = Library(settings.data)
    library.prepare()
    library.server.write_text(json.dumps({"url": "http://127.0.0.1:9", "pid": 1}), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ForgeError) as caught:
        async with occupy(settings, port=taken.getsockname()[1]):
            raise AssertionError("it was reached")
    assert caught.value.code == "port_in_use"
    assert server_note(library) is None
