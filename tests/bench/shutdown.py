"""Stops: how long they take when clients make it hard, and what is left over after many.

    python tests/bench/shutdown.py [--rounds 50] [--starts 200] [--length 60] [--data DIR]

Every round is a `forge run` of its own on the same data folder, told to stop by SIGINT or SIGTERM
in turn, while a clip is being rendered, one client downloads a large file and stopped reading,
one follows the events and stopped reading, and an upload drips. Then the whole FORGE is started
and stopped in this process, once with nothing to do and once in the middle of a render, and its
tasks, threads, descriptors and children are counted. Nothing may be left over of any of it; the
exit code says whether that is so.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil
import trio
from machine import machine
from rich.console import Console
from rich.table import Table
from scene import Visitors, fatten, make_video, prepare, render_rows, start_work

from actors.door import occupy
from forge.config import Settings
from forge.library import Library

#: What a stop may take, in seconds; the goal is for 99 of 100.
GOAL = 5.0


@dataclass(frozen=True)
class Stopped:
    """One stop of a whole process, and what it left behind."""

    seconds: float
    code: int
    orphans: int
    given_back: bool
    staged: int

    @property
    def clean(self) -> bool:
        return (self.code, self.orphans, self.given_back, self.staged) == (0, 0, True, 0)


def run_once(data: Path, vod_id: str, video: Path, number: int) -> Stopped:
    """Starts FORGE, lets work and visitors in, stops it, and looks around."""
    library = Library(data)
    seq = fatten(library, vod_id)
    environment = {**os.environ, "FORGE_DATA": str(data)}
    command = [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        assert any("http://" in line for line in server.stdout), "FORGE did not start"
        url, token = json.loads(library.server.read_text())["url"], library.secret()
        job_id = start_work(url, token, video)
        visitors = Visitors(url, token, vod_id, seq)
        family = psutil.Process(server.pid).children(recursive=True)
        assert family, "nothing is being rendered"
        began = time.perf_counter()
        server.send_signal(signal.SIGINT if number % 2 else signal.SIGTERM)
        code = server.wait(60)
        seconds = time.perf_counter() - began
        visitors.close()
    _, orphans = psutil.wait_procs(family, timeout=5)
    status, attempt, steps = render_rows(library, job_id)
    staged = len(list((data / "staging").iterdir()))
    given_back = (status, attempt, steps) == ("pending", 0, {"pending"})
    return Stopped(seconds, code, len(orphans), given_back, staged)


@dataclass(frozen=True)
class Census:
    """What there is in this process, by kind."""

    tasks: int
    threads: int
    descriptors: int
    children: int


def census() -> Census:
    """Counts; called in a trio task. Trio's idle threads end by themselves and are waited for."""
    for thread in threading.enumerate():
        if thread.name.startswith("Trio thread"):
            thread.join(20)
    root = trio.lowlevel.current_root_task()
    assert root is not None
    tasks, waiting = 0, [root]
    while waiting:
        task = waiting.pop()
        tasks += 1
        waiting += [child for each in task.child_nurseries for child in each.child_tasks]
    this = psutil.Process()
    children = this.children(recursive=True)
    return Census(tasks, threading.active_count(), this.num_fds(), len(children))


async def start_and_stop(
    data: Path, starts: int, video: Path | None = None
) -> tuple[Census, Census, list[float]]:
    """Starts and stops everything; the census before and after, and the seconds of each pair.

    With a ``video`` every stop is in the middle of its render, and a start's seconds do not count.
    """
    seconds: list[float] = []
    before = census()
    for number in range(starts + 1):
        if number == 1:  # What is loaded once is loaded now.
            before, seconds = census(), []
        began = time.perf_counter()
        async with occupy(Settings(data=data), port=0) as (_, url):
            if video is not None:
                await trio.to_thread.run_sync(start_work, url, Library(data).secret(), video)
                assert psutil.Process().children(), "nothing is being rendered"
                began = time.perf_counter()
        seconds.append(time.perf_counter() - began)
    return before, census(), seconds


def quantiles(seconds: list[float]) -> list[str]:
    """p50, p95, p99 and the longest."""
    if len(seconds) < 2:
        return [f"{seconds[0]:.2f}"] * 4
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return [f"{value:.2f}" for value in (cuts[49], cuts[94], cuts[98], max(seconds))]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--length", type=int, default=60, help="seconds of the recording")
    parser.add_argument("--data", type=Path, help="a folder on the disk to measure")
    asked = parser.parse_args()
    console = Console(width=100)
    console.print(machine())
    table = Table("what", "rounds", "p50 s", "p95 s", "p99 s", "longest s", "left over")
    clean = True
    with tempfile.TemporaryDirectory(dir=asked.data) as folder:
        if asked.rounds:
            stops = _stops(Path(folder), asked.rounds, asked.length)
            clean = all(stop.clean for stop in stops)
            took = quantiles([stop.seconds for stop in stops])
            table.add_row("stop under load", str(asked.rounds), *took, _leftovers(stops))
        for what, work in (("start and stop", False), ("stop in a render", True)):
            if not asked.starts:
                break
            data = Path(folder) / what.replace(" ", "-")
            video = _video(Path(folder), asked.length) if work else None
            before, after, seconds = trio.run(start_and_stop, data, asked.starts, video)
            clean = clean and before == after
            left = "nothing" if before == after else f"{before} became {after}"
            table.add_row(what, str(asked.starts), *quantiles(seconds), left)
    console.print(table)
    return 0 if clean else 1


def _video(folder: Path, length: int) -> Path:
    video = folder / "video.mp4"
    if not video.exists():
        make_video(video, length)
    return video


def _stops(folder: Path, rounds: int, length: int) -> list[Stopped]:
    video = _video(folder, length)
    vod_id = prepare(Library(folder / "data"))
    return [run_once(folder / "data", vod_id, video, number) for number in range(rounds)]


def _leftovers(stops: list[Stopped]) -> str:
    codes = ", ".join(f"{n}× exit {code}" for code, n in Counter(s.code for s in stops).items())
    kept = sum(not stop.given_back for stop in stops)
    orphans = sum(stop.orphans for stop in stops)
    staged = sum(stop.staged for stop in stops)
    return f"{codes}; {orphans} orphans, {kept} jobs not given back, {staged} staged"


if __name__ == "__main__":
    raise SystemExit(main())
