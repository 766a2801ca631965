"""Kills `forge run` at random moments of real work, again and again, and counts what broke.

    python tests/bench/kill_soak.py --kills 200 [--seed 1] [--source VIDEO]

One run is ingest, analysis, an edit and one export of a recording, by HTTP on an empty data
folder. The first run is undisturbed: it says how long the work takes, and which bytes it makes.
The others are killed with SIGKILL after exponential times, a sixth of that run on average:
mostly the server, now and then a step's child or its ffmpeg alone. Then the server starts again,
until the run is done and compared. A job that was killed three times fails, as it says it will;
the soak then does what its user would do, and retries it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import trio
from machine import machine
from rich.console import Console
from rich.table import Table
from soak_progress import Heard, Lost, work_lost
from soak_server import Server, Victim, processes_of, wait_for_end
from soak_state import Run

from actors.client import Client
from forge.demo_sound import LENGTH, write_sound
from forge.errors import ForgeError
from forge.media import ffmpeg

#: Runs of the sound one after the other: long enough that a lost minute would show.
LOOPS = 2
#: How the victims of kills are spread.
VICTIMS: dict[Victim, float] = {"server": 0.8, "child": 0.1, "ffmpeg": 0.1}
#: After so many kills a run is left in peace, and must end within so many times its usual length.
MOST_KILLS, PATIENCE = 20, 10.0
TITLE = "An edit that was saved"


@dataclass
class Tally:
    """What the soak counts."""

    kills: Counter[Victim] = field(default_factory=Counter)
    runs: int = 0
    retries: int = 0
    stuck: int = 0
    orphans: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    starts: list[float] = field(default_factory=list)
    lost: dict[str, list[Lost]] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    """Of the run that goes on now."""


async def work(client: Client, server: Server, source: Path, tally: Tally) -> None:
    """Does what is left of a run, like a user who comes back: returns when the export is done."""
    async with client.events() as events:
        if not (await client.get("/api/projects"))["projects"]:
            await client.post("/api/projects", {"path": str(source)})
        while True:
            jobs = (await client.get("/api/jobs"))["jobs"]
            stopped = [job for job in jobs if job["status"] in ("failed", "cancelled")]
            if stopped:  # One at a time: a retry takes along what waits for it, or it for.
                tally.retries += 1
                await client.post(f"/api/jobs/{stopped[0]['id']}/retry")
            if all(job["status"] == "completed" for job in jobs):
                if any(job["type"] == "export" for job in jobs):
                    return
                await export(client, server, jobs[0]["project_id"])
            async for event in events:
                tally.heard.note(event, server.data)
                if event["type"] in ("JOB_CHANGED", "JOB_CREATED", "RESYNC"):
                    break


async def export(client: Client, server: Server, project_id: str) -> None:
    """Edits the best clip, unless that is done, and exports it."""
    clip = (await client.get(f"/api/projects/{project_id}/clips"))["clips"][0]
    if clip["title"] != TITLE:
        headers = {"Authorization": f"Bearer {server.token}", "If-Match": f'"{clip["rev"]}"'}
        async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
            answer = await http.patch(f"/api/clips/{clip['id']}", json={"title": TITLE})
            answer.raise_for_status()
    await client.post(f"/api/clips/{clip['id']}/exports", {"preset": "9:16"})


async def live(server: Server, source: Path, tally: Tally, seconds: float) -> bool:
    """Works until the run is done, the server is gone, or the time is up."""
    try:
        async with Client.connect(server.url, server.token) as client:
            with trio.move_on_after(seconds) as patience:
                await work(client, server, source, tally)
                return True
            assert patience.cancelled_caught
    except* (ForgeError, httpx.TransportError) as group:
        if group.subgroup(lambda error: getattr(error, "code", "server_gone") != "server_gone"):
            raise
    return False


def undisturbed(source: Path, data: Path) -> tuple[Run, Heard, float]:
    """What a run makes and says, and how long it takes from the import to the export."""
    server, tally = Server(data), Tally()
    began = time.perf_counter()
    if not trio.run(live, server, source, tally, 3600.0):
        sys.exit("the undisturbed run did not end within an hour")
    took = time.perf_counter() - began
    server.stop()
    return Run.read(data), tally.heard, took


def disturbed(
    source: Path,
    data: Path,
    usual: Run,
    said: Heard,
    length: float,
    kills: int,
    dice: random.Random,
    tally: Tally,
) -> None:
    """One run with at most ``kills`` kills, to its end."""
    left = min(kills, MOST_KILLS)
    tally.heard = Heard()
    while True:
        began = time.perf_counter()
        server = Server(data)
        tally.starts.append(time.perf_counter() - began)
        wait = dice.expovariate(6 / length) if left else PATIENCE * length
        done = trio.run(live, server, source, tally, wait)
        while not done and left:
            victim = server.kill(dice.choices(list(VICTIMS), list(VICTIMS.values()))[0])
            for step, lost in work_lost(data, usual, said, victim, tally.heard).items():
                tally.lost.setdefault(step, []).append(lost)
            left -= 1
            tally.kills[victim.kind] += 1
            if victim.kind == "server":
                break
            wait = dice.expovariate(6 / length) if left else PATIENCE * length
            done = trio.run(live, server, source, tally, wait)
        if server.running:
            break
        tally.orphans += len(wait_for_end(data))
        tally.faults.update(Run.read(data).faults_midway(usual))
    if not done:
        tally.stuck += 1
    server.stop()
    tally.orphans += len(processes_of(data))
    end = Run.read(data)
    tally.faults.update(end.faults_at_end(usual))
    tally.different.update(end.different(usual))
    tally.runs += 1


def make_source(folder: Path) -> Path:
    """A minute and a half of talk over a moving picture."""
    write_sound(folder / "sound.wav")
    length = LOOPS * LENGTH
    ffmpeg.run(
        [
            *("-f", "lavfi", "-i", f"testsrc2=s=640x360:r=30:d={length}"),
            *("-stream_loop", str(LOOPS - 1), *ffmpeg.source_args(folder / "sound.wav")),
            *("-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-pix_fmt", "yuv420p", "-g", "60", "-c:a", "aac", "-t", str(length), "soak.mp4"),
        ],
        duration=length,
        cwd=folder,
    )
    return folder / "soak.mp4"


def report(
    console: Console, name: str, usual: Run, length: float, took: float, tally: Tally
) -> None:
    table = Table("counted", "", title=f"{sum(tally.kills.values())} kills over {name}")
    for victim, count in tally.kills.items():
        table.add_row(f"kills of the {victim}", str(count))
    table.add_row("runs completed between them", str(tally.runs))
    table.add_row("retries by the user", str(tally.retries))
    table.add_section()
    table.add_row("stuck runs", str(tally.stuck))
    table.add_row("orphan processes", str(tally.orphans))
    for fault, count in tally.faults.items():
        table.add_row(fault, str(count))
    table.add_section()
    table.add_row("undisturbed run, s", f"{length:.1f}")
    table.add_row(
        "start after a kill, s (median, most)",
        f"{statistics.median(tally.starts):.1f}, {max(tally.starts):.1f}",
    )
    table.add_row("whole soak, min", f"{took / 60:.1f}")
    console.print(table)
    for name, count in tally.different.items():
        console.print(f"different in {count} runs: {name}")
    steps = Table(
        "step",
        "times hit",
        "work lost, s: mean",
        "most",
        "source redone, s: at most",
        title="Lost by a kill",
    )
    for step in usual.seconds:
        hits = tally.lost.get(step)
        if hits:
            redone = [one.source for one in hits if one.source is not None]
            steps.add_row(
                step,
                str(len(hits)),
                f"{statistics.mean(one.work for one in hits):.1f}",
                f"{max(one.work for one in hits):.1f}",
                f"{max(redone):.1f}" if redone else "starts again",
            )
    console.print(steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", type=Path, help="default: a made recording of 96 s")
    asked = parser.parse_args()
    dice, tally = random.Random(asked.seed), Tally()
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = asked.source.resolve() if asked.source else make_source(folder)
        usual, said, length = undisturbed(source, folder / "undisturbed")
        console.print(f"{machine()}\nundisturbed run: {length:.1f} s")
        began = time.perf_counter()
        try:
            while (done := sum(tally.kills.values())) < asked.kills:
                data = folder / f"run{tally.runs}"
                disturbed(source, data, usual, said, length, asked.kills - done, dice, tally)
                console.print(f"[dim]{sum(tally.kills.values())} kills, {tally.runs} runs[/]")
                shutil.rmtree(data)
        except KeyboardInterrupt:
            console.print("stopped: this is what was counted so far")
        took = time.perf_counter() - began
    report(console, source.name, usual, length, took, tally)
    sys.exit(1 if tally.stuck + tally.orphans + tally.faults.total() else 0)


if __name__ == "__main__":
    main()
