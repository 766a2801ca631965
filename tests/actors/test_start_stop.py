"""The whole FORGE, started and stopped: nothing is left over, and nobody can hold the stop up.

Rules of this file: real servers, real children, clients on bare sockets; what is waited for has a
limit that only a hang reaches. The grace for what is under way is shortened where clients use it
up; tests/bench/shutdown.py does the same, 200 times, with the real one.
"""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
import trio
from clients import open_websocket, read_message
from scene import Visitors, fatten, make_video, prepare, start_work
from shutdown import census, run_once

from actors.api.server import Limits
from actors.door import occupy
from forge.config import Settings
from forge.library import Library

in_thread = trio.to_thread.run_sync
#: Far longer than any start and stop: whoever takes as long has waited for it.
LONG_GRACE = 15.0
#: Every fourth of them with clients that make it hard, and with a render under way.
STARTS = 13


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
async def test_a_stop_waits_for_nobody_who_waits(settings: Settings, *, closed: bool) -> None:
    began = trio.current_time()
    async with httpx.AsyncClient(trust_env=False) as http:
        async with occupy(settings, port=0, limits=Limits(grace=LONG_GRACE)) as (system, url):
            await http.get(f"{url}/healthz")
            stream = await in_thread(open_websocket, url, system.library.secret())
            await in_thread(read_message, stream)
            if closed:
                stream.close()
                await http.aclose()
    stream.close()
    assert trio.current_time() - began < LONG_GRACE


async def test_many_starts_and_stops_leave_nothing_behind(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Trio keeps an idle thread for ten seconds; nobody needs to wait that long here.
    monkeypatch.setattr("trio._core._thread_cache.IDLE_TIMEOUT", 0.1)
    video = tmp_path / "video.mp4"
    await in_thread(make_video, video, 20)
    library = Library(settings.data)
    vod_id = await in_thread(prepare, library)
    before = None
    for number in range(STARTS):
        seq, visitors = await in_thread(fatten, library, vod_id), None
        async with occupy(settings, port=0, limits=Limits(grace=0.1)) as (_, url):
            if number % 4 == 0:
                await in_thread(start_work, url, library.secret(), video)
                visitors = await in_thread(Visitors, url, library.secret(), vod_id, seq)
        if visitors is not None:
            await in_thread(visitors.close)
        before = before or census()  # What is loaded once is loaded now.
    assert census() == before


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_signal_ends_everything_whatever_clients_and_children_do(tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    make_video(video, seconds=20)
    vod_id = prepare(Library(tmp_path / "data"))
    stopped = run_once(tmp_path / "data", vod_id, video, number=0)
    assert stopped.code == 0
    assert stopped.orphans == 0
    assert stopped.given_back
    assert stopped.staged == 0
