"""The demo over HTTP: one at a time, however close two requests come.

Rules of this file: a real server on a free port; its ffmpeg does not exist, so no recording is
made. That the demo becomes a project and a clip is shown in tests/e2e.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

from forge.config import Settings
from tests.api.conftest import Running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", ffmpeg=str(tmp_path / "no-ffmpeg"))


async def test_a_second_demo_is_refused_while_the_first_waits_for_room(
    forge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, room = trio.Event(), trio.Event()
    admit = forge.system.janitor.admit

    async def admit_later(need: int = 0) -> None:
        looking.set()
        await room.wait()
        await admit(need)

    monkeypatch.setattr(forge.system.janitor, "admit", admit_later)
    codes = []

    async def ask() -> None:
        answer = await forge.http.post("/api/demo", headers=forge.bearer)
        codes.append(answer.json()["error"]["code"])

    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask)
            await looking.wait()
            await ask()
            assert codes == ["demo_busy"]
            room.set()
        assert codes == ["demo_busy", "demo_failed"]
        await ask()  # Whoever comes afterwards may try again.
    assert codes[-1] == "demo_failed"
