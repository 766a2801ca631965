"""The janitor on a real data folder, with a real job table.

Rules of this file: ages are file times that the test sets; the actors' clock stands still until
the test moves it; what is waited for is the end of a sweep.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from seeding import add_recording
from trio.testing import MockClock

import actors.deletion
from actors.bus import Bus
from actors.janitor import PERIOD, Janitor
from actors.kernel import ActorDied
from actors.ledger import Ledger
from actors.system import run_system
from forge.config import Settings
from forge.disk import usage
from forge.disk.retention import ARTIFACT_GRACE, DAY
from forge.disk.space import Limits
from forge.errors import ForgeError
from forge.library import Library
from forge.store import attempts, events, jobs, leases, projects
from forge.store.connection import open_database
from forge.store.steps import put_outcome

NOW = 2e9
KEEP = 7 * DAY
JOB = "11111111-1111-1111-1111-111111111111"


def key(number: int) -> str:
    return f"{number:032x}"


def upload_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def aged(path: Path, age: float, content: bytes = b"x") -> Path:
    """A file whose folder and itself were changed ``age`` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    for entry in (path, path.parent):
        os.utime(entry, (NOW - age, NOW - age))
    return path.parent


class Watched(Janitor):
    """Counts its sweeps."""

    sweeps = 0
    fault: Exception | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.swept = trio.Event()

    async def sweep(self, *, in_need: bool = False) -> int:
        try:
            if self.fault is not None:
                raise self.fault
            return await super().sweep(in_need=in_need)
        finally:
            self.sweeps += 1
            self.swept.set()
            self.swept = trio.Event()

    async def until(self, sweeps: int) -> None:
        while self.sweeps < sweeps:
            await self.swept.wait()


def seed(db: sqlite3.Connection, library: Library) -> None:
    add_recording(db, path=library.uploads / upload_id(1) / "data")
    put_outcome(db, "v", "proxy", key(1), ["proxy.mp4"], "", 0.0)
    jobs.enqueue(db, job_id=JOB, project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0)
    fence = leases.claim(db, JOB, "boot:1", 0.0)
    assert fence is not None
    assert attempts.start_step(db, fence, "audio", 0.0, key=key(2))


@asynccontextmanager
async def at_work(
    library: Library, limits: Limits | None = None, *, first: bool = True
) -> AsyncIterator[Watched]:
    """A janitor after its first sweep; the job table is seeded by the ``first`` one."""
    ledger = Ledger(open_database(library.database), Bus())
    janitor = Watched(library, ledger, limits or Limits(), keep=KEEP, clock=lambda: NOW)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        if first:
            await ledger.run(seed, library)
        nursery.start_soon(janitor.serve)
        await janitor.until(1)
        yield janitor
        janitor.stop()
        ledger.mailbox.close()
    ledger.close()


async def test_it_takes_what_may_go_and_leaves_what_may_not(
    library: Library, mock_clock: MockClock
) -> None:
    old = ARTIFACT_GRACE + 1
    stay = {
        "known": aged(library.file(key(1), "proxy.mp4"), 9 * KEEP),
        "pursued": aged(library.file(key(2), "audio.wav"), 9 * KEEP),
        "young": aged(library.file(key(3), "proxy.mp4"), ARTIFACT_GRACE - 1),
        "in use": aged(library.file(key(4), "proxy.mp4"), old),
        "half done": aged(library.checkpoint(key(2)) / "chunk.mp4", 9 * KEEP),
        "just stopped": aged(library.checkpoint(key(5)) / "chunk.mp4", 60),
        "imported": aged(library.uploads / upload_id(1) / "data", 9 * KEEP),
        "under way": aged(library.uploads / upload_id(2) / "data", KEEP - 1),
        "appended to": aged(library.uploads / upload_id(3) / "data", 9 * KEEP),
        "staged": aged(library.shelf("staging") / f"{JOB}.audio.1" / "audio.wav", 9 * KEEP),
    }
    go = {
        "unknown": aged(library.file(key(6), "proxy.mp4"), old),
        "orphaned": aged(library.checkpoint(key(7)) / "chunk.mp4", old),
        "never imported": aged(library.uploads / upload_id(4) / "data", KEEP + 1),
        "dead attempt": aged(library.shelf("staging") / f"{JOB}.probe.1" / "x", old),
        "half removed": aged(library.shelf("staging") / "trash.0123" / "a" / "x", old).parent,
    }
    os.utime(go["half removed"], (0, 0))
    with library.holds.hold(key(4), upload_id(3), f"{JOB}.audio.1"):
        async with at_work(library):
            pass
    assert {name for name, path in stay.items() if not path.is_dir()} == set()
    assert {name for name, path in go.items() if path.exists()} == set()
    assert os.listdir(library.shelf("staging")) == [f"{JOB}.audio.1"]
    async with at_work(library, first=False):  # Nobody holds them any more.
        pass
    gone = {name for name, path in stay.items() if not path.exists()}
    assert gone == {"in use", "appended to", "staged"}


async def test_it_comes_back_every_hour(library: Library, mock_clock: MockClock) -> None:
    async with at_work(library) as janitor:
        for number in range(2, 5):
            folder = aged(library.file(key(6), "proxy.mp4"), ARTIFACT_GRACE)
            await trio.testing.wait_all_tasks_blocked()
            mock_clock.jump(PERIOD)
            await janitor.until(number)
            assert not folder.exists()


async def test_it_keeps_the_event_log_short(
    library: Library, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events.trim, "__defaults__", (2,))
    async with at_work(library) as janitor:
        last = await janitor._ledger.run(events.last_seq)
        assert await janitor._ledger.run(events.since, 0) is None
        kept = await janitor._ledger.run(events.since, last - 2)
        assert kept is not None
        assert len(kept) == 2


async def test_a_reached_quota_is_first_made_room_under_then_refused(
    library: Library, mock_clock: MockClock
) -> None:
    big = b"x" * 3_000_000
    aged(library.file(key(1), "proxy.mp4"), 0, big)
    floor = usage.measure(library).sum
    limits = Limits(quota=floor + 9_000_000)
    async with at_work(library, limits) as janitor:
        await janitor.admit()
        young = aged(library.file(key(6), "proxy.mp4"), 60, big * 3)
        await janitor.admit()  # Nothing refers to what is young, so it goes before others wait.
        assert not young.exists()
        with pytest.raises(ForgeError) as caught:
            await janitor.admit(9_000_000)
        assert caught.value.code == "quota_exceeded"
        aged(library.uploads / upload_id(1) / "data", 0, big * 3)
        with pytest.raises(ForgeError) as caught:
            await janitor.admit()
        assert "uploaded recordings 9.0 MB" in caught.value.hint
        await janitor.require(9_000_000)  # What is under way is finished.
        assert library.file(key(1), "proxy.mp4").exists()


async def test_a_disk_that_is_almost_full_stops_new_work_and_steps(
    library: Library, mock_clock: MockClock
) -> None:
    total, _ = usage.disk(library)
    async with at_work(library, Limits(min_free=total)) as janitor:
        for ask in (janitor.admit, janitor.require):
            with pytest.raises(ForgeError) as caught:
                await ask(1)
            assert caught.value.code == "disk_full"
            assert "almost full" in caught.value.message


async def test_it_goes_on_after_a_failure_of_the_disk(
    library: Library, mock_clock: MockClock
) -> None:
    async with at_work(library) as janitor:
        await trio.testing.wait_all_tasks_blocked()
        janitor.fault = ForgeError("disk_error", "The disk is gone.", permanent=False)
        mock_clock.jump(PERIOD)
        await janitor.until(2)
        janitor.fault = None
        await trio.testing.wait_all_tasks_blocked()
        mock_clock.jump(PERIOD)
        await janitor.until(3)


async def test_its_crashes_end_nobody_who_asks_and_never_the_system(
    settings: Settings, library: Library, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes = 0
    crashed = trio.Event()

    async def crash(self: Janitor, *, in_need: bool = False) -> int:
        nonlocal crashes, crashed
        crashes += 1
        crashed.set()
        crashed = trio.Event()
        raise RuntimeError("a fault in the janitor")

    monkeypatch.setattr(Janitor, "sweep", crash)
    async with run_system(settings, library) as system:
        for number in range(1, 8):  # More than any other actor is forgiven within a minute.
            while crashes < number:
                await crashed.wait()
            await trio.testing.wait_all_tasks_blocked(0.01)
            mock_clock.jump(0.5 * 2 ** (number - 1))
        monkeypatch.undo()
        assert await system.ledger.run(projects.listing) == []
        await system.janitor.admit()


async def test_whoever_asks_during_a_crash_is_told(library: Library, mock_clock: MockClock) -> None:
    ledger = Ledger(open_database(library.database), Bus())
    total, _ = usage.disk(library)
    janitor = Watched(library, ledger, Limits(min_free=total), keep=KEEP, clock=lambda: NOW)

    async def serve() -> None:
        with pytest.raises(RuntimeError):
            await janitor.serve()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        nursery.start_soon(serve)
        await janitor.until(1)
        janitor.fault = RuntimeError("a fault")
        with pytest.raises(ActorDied):
            await janitor.require(1)
        ledger.mailbox.close()
    ledger.close()


async def test_it_stops_between_two_files(
    library: Library, mock_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = trio.Event()

    def endless(path: Path) -> Iterator[None]:
        while True:
            trio.from_thread.run_sync(begun.set)
            yield

    monkeypatch.setattr(actors.deletion, "remove", endless)
    ledger = Ledger(open_database(library.database), Bus())
    janitor = Janitor(library, ledger, Limits(), keep=KEEP, clock=lambda: NOW)
    left = aged(library.file(key(6), "proxy.mp4"), ARTIFACT_GRACE)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        nursery.start_soon(janitor.serve)
        await begun.wait()
        janitor.stop()
        with pytest.raises(ActorDied):
            await janitor._make_room(1, new=True)
        ledger.mailbox.close()
    ledger.close()
    assert not left.exists()
    assert len(os.listdir(library.shelf("staging"))) == 1
    library.sweep()
    assert os.listdir(library.shelf("staging")) == []
