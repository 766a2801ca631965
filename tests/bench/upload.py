"""A long recording uploaded over a bad line: its speed, its memory, and that no byte is lost.

    python tests/bench/upload.py [--gib 4] [--cuts 7] [--kills 3] [--folder DIR]

A sparse file with some real blocks in it goes to a real `forge run` by tus. The connection is cut
some times and the server killed (SIGKILL) some times, at places spread over the file; after each
the server is asked where it stands, as a client does. Printed are what it took, the most memory
that any of the servers had resident (VmHWM of Linux), and whether the hashes are equal.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from machine import machine
from rich.console import Console
from rich.table import Table

PIECE = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}


class Cut(Exception):
    """The line is cut here, on purpose."""


class Server:
    """`forge run` on a data folder."""

    def __init__(self, data: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
            env={**os.environ, "FORGE_DATA": str(data)},
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._process.kill)  # Also when a measurement fails.
        assert self._process.stdout is not None
        line = next(line for line in self._process.stdout if "http://" in line)
        self.address = urlsplit(line.strip()).netloc
        token = (data / "token").read_text().strip()
        self.headers = {**TUS, "Authorization": f"Bearer {token}"}

    def peak(self) -> float:
        """MiB that were resident at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.address, timeout=120)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={**self.headers, **named})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def send(self, path: str, offset: int, length: int, body: Iterator[bytes]) -> int:
        """The status; 0 when the server closed before it said one. Raises Cut."""
        connection = http.client.HTTPConnection(self.address, timeout=600)
        headers = {
            **self.headers,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Content-Length": str(length),
        }
        try:
            connection.request("PATCH", path, body=body, headers=headers)
            return connection.getresponse().status
        except ConnectionError:
            return 0
        finally:
            connection.close()

    def end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait()


def make(path: Path, size: int) -> str:
    """A sparse file with a block of noise every 64 MiB; returns its hash."""
    noise = random.Random(1)
    with path.open("wb") as file:
        for start in range(0, size, 64 * PIECE):
            file.seek(start + noise.randrange(0, 32 * PIECE))
            file.write(noise.randbytes(PIECE))
        file.truncate(size)
    return digest(path)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pieces(path: Path, start: int, stop: int) -> Iterator[bytes]:
    """The file's bytes from one offset to another, then the line is cut."""
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (piece := file.read(min(PIECE, stop - start))):
            yield piece
            start += len(piece)
    if stop < path.stat().st_size:
        raise Cut


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gib", type=float, default=4.0)
    parser.add_argument("--cuts", type=int, default=7)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where there is room for the file twice")
    asked = parser.parse_args()
    size = int(asked.gib * 2**30)
    console = Console(width=90)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        source, data = Path(folder) / "vod.mp4", Path(folder) / "data"
        expected = make(source, size)
        events = ["cut"] * asked.cuts + ["kill"] * asked.kills
        random.Random(2).shuffle(events)
        stops = [size * (number + 1) // (len(events) + 1) for number in range(len(events))]
        server = Server(data)
        where = server.ask("POST", "/api/uploads", Upload_Length=str(size)).headers["Location"]
        peaks, sending, lost = [], 0.0, 0
        for stop, event in [*zip(stops, events, strict=True), (size, "end")]:
            status, done = 0, False
            # A server that has not noticed the last cut yet refuses: with a status that arrives,
            # or by closing while we still send.
            while not done:
                offset = int(server.ask("HEAD", where).headers["Upload-Offset"])
                began = time.perf_counter()
                try:
                    status = server.send(where, offset, size - offset, pieces(source, offset, stop))
                    done = status == 204
                    time.sleep(0 if done else 0.05)
                except Cut:
                    done = True
                sending += time.perf_counter() - began
                assert status in (0, 204, 409, 423), status
            if event == "kill":
                peaks.append(server.peak())
                server.end(signal.SIGKILL)
                server = Server(data)
            if event != "end":
                lost += max(0, stop - int(server.ask("HEAD", where).headers["Upload-Offset"]))
        peaks.append(server.peak())
        server.end(signal.SIGINT)
        stored = data / "uploads" / where.rpartition("/")[2] / "data"
        equal = digest(stored) == expected
        meta = json.loads(stored.with_name("meta.json").read_text())
        assert meta["length"] == stored.stat().st_size == size
    table = Table("what", "figure", title=f"upload of {asked.gib:g} GiB by tus")
    table.add_row("interruptions", f"{asked.cuts} cuts, {asked.kills} SIGKILLs")
    table.add_row("MiB/s while sending", f"{size / sending / 2**20:.0f}")
    table.add_row("most resident memory, MiB", f"{max(peaks):.0f}")
    table.add_row("sent again, MiB", f"{lost / 2**20:.1f}")
    table.add_row("byte-equal", "yes" if equal else "NO")
    console.print(machine())
    console.print(table)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
