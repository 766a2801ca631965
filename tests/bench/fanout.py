"""Progress to many clients: FORGE's bus and /ws against sending every event to everyone.

    python tests/bench/fanout.py [--clients 50] [--jobs 20] [--rate 5] [--seconds 8] [--settle 2]

Each variant has a server process of its own, in which every job reports at the given rate. The
clients are bare sockets in this process, so the CPU seconds are the server's alone; they count
until every client has the last report of every job. The naive server has the same framework under
it: it writes each event as JSON and sends it, for each client. A client that reads nothing has a
small receive buffer, and more missed events to get than any socket buffers: it never gets further.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from clients import TINY, messages, open_websocket
from machine import machine
from rich.console import Console
from rich.table import Table
from scene import fatten, prepare

from forge.library import Library

SERVER = """
import json, sys, time
from functools import partial
from pathlib import Path
import trio
from quart import websocket
from actors.api import live
from actors.door import occupy
from forge.config import Settings

folder, variant = Path(sys.argv[1]), sys.argv[2]
jobs, reports, rate = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
everyone = set()

async def send_everything():
    put, take = trio.open_memory_channel(float("inf"))
    everyone.add(put)
    await websocket.send(json.dumps({"type": "HELLO", "seq": 0}))
    try:
        async for event in take:
            await websocket.send(json.dumps(event, ensure_ascii=False))
    finally:
        everyone.discard(put)

def report(bus, event):
    if variant == "naive":
        for put in everyone:
            put.send_nowait({"seq": bus.seq, "type": "JOB_PROGRESS", **event})
    else:
        bus.progress(event)

async def work(bus, number, began):
    for count in range(1, reports + 1):
        await trio.sleep_until(began + (count + number / jobs) / rate)
        report(bus, {
            "id": f"00000000-0000-0000-0000-{number:012}", "progress": count,
            "step": "transcription", "step_progress": count / 50, "speed": 12.5,
            "eta": 3600.0 - count,
        })

async def main():
    if variant == "naive":
        live.routes.deferred_functions.clear()
        live.routes.websocket("/ws")(send_everything)
    async with occupy(Settings(data=folder), port=0) as (system, url), trio.open_nursery() as all:
        print(json.dumps([url, system.library.secret()]), flush=True)
        await trio.to_thread.run_sync(sys.stdin.readline)
        for number in range(jobs):
            all.start_soon(work, system.bus, number, trio.current_time())
        await trio.to_thread.run_sync(sys.stdin.readline)
        all.cancel_scope.cancel()

trio.run(main)
"""


@dataclass(frozen=True)
class Reading:
    """CPU seconds of a server, and the events that one listener got."""

    cpu: float
    events: float


def measure(variant: str, asked: argparse.Namespace, *, clients: int, silent: int = 0) -> Reading:
    """Runs one server with ``clients`` clients, of which ``silent`` read nothing."""
    reports = round(asked.seconds * asked.rate)
    command = [sys.executable, "-c", SERVER]
    with tempfile.TemporaryDirectory() as folder:
        numbers = (str(asked.jobs), str(reports), str(asked.rate))
        library = Library(Path(folder))
        missed = f"/ws?since={fatten(library, prepare(library))}"
        with subprocess.Popen(
            [*command, folder, variant, *numbers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as server:
            assert server.stdout is not None
            assert server.stdin is not None
            url, token = json.loads(server.stdout.readline())
            mute = [open_websocket(url, token, missed, receive_buffer=TINY) for _ in range(silent)]
            loud = [open_websocket(url, token) for _ in range(clients - silent)]
            time.sleep(asked.settle)
            process = psutil.Process(server.pid)
            before = process.cpu_times()
            print("go", file=server.stdin)
            events = watch(loud, asked.jobs, reports) if loud else 0
            if not loud:
                time.sleep(asked.seconds)
            after = process.cpu_times()
            for client in (*mute, *loud):
                client.close()
            print("stop", file=server.stdin)
            server.wait(30)
    cpu = after.user + after.system - before.user - before.system
    return Reading(cpu, events / max(len(loud), 1))


def watch(clients: Sequence[socket.socket], jobs: int, reports: int) -> int:
    """Reads until each client has the last report of each job; how many events came in all."""
    events, waiting = 0, {(client, job) for client in clients for job in range(jobs)}
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client, selectors.EVENT_READ, (client, bytearray()))
        while waiting:
            for key, _ in selector.select(60):
                client, buffer = key.data
                data = client.recv(65536)
                assert data, "the server closed an event stream"
                buffer += data
                for text in messages(buffer):
                    event = json.loads(text)
                    events += event["type"] == "JOB_PROGRESS"
                    if event.get("progress") == reports:
                        waiting.discard((client, int(event["id"][-12:])))
    return events


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--settle", type=float, default=2.0)
    asked = parser.parse_args()
    half = asked.clients // 2
    naive = measure("naive", asked, clients=asked.clients)
    rows = {
        "every event to everyone": naive,
        "FORGE": measure("forge", asked, clients=asked.clients),
        f"FORGE, {half} read nothing": measure("forge", asked, clients=asked.clients, silent=half),
        f"FORGE, {asked.clients - half} clients": measure(
            "forge", asked, clients=asked.clients - half
        ),
        "FORGE, nobody connected": measure("forge", asked, clients=0),
    }
    title = (
        f"{asked.clients} clients, {asked.jobs} jobs, {asked.rate:g} reports a second and job"
        f" for {asked.seconds:g} s"
    )
    table = Table("server", "CPU s", "of naive", "events/s to each listener", title=title)
    for name, reading in rows.items():
        ratio, each = reading.cpu / naive.cpu, reading.events / asked.seconds
        table.add_row(name, f"{reading.cpu:.2f}", f"{ratio:.2f}", f"{each:.1f}")
    console = Console(width=90)
    console.print(machine())
    console.print(table)


if __name__ == "__main__":
    main()
