"""Serving a part of a file: FORGE's media route against quart-trio's own file serving.

    python tests/bench/media_range.py [--mib 256] [--rounds 3]

Both run in this process's children on the same file, one after the other, each read by a plain
HTTP client; the best of the rounds counts. Printed are MiB/s and their ratio.
"""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import machine
from rich.console import Console
from rich.table import Table

SERVER = """
import sys, trio
from functools import partial
from pathlib import Path
from hypercorn.config import Config
from hypercorn.trio import serve
from quart_trio import QuartTrio
from quart_trio.wrappers.response import TrioFileBody
from actors.api.media import send_file as ours

app = QuartTrio("bench")
path = sys.argv[1]

@app.get("/stock")
async def get_stock():
    response = app.response_class(TrioFileBody(path), mimetype="video/mp4")
    await response.make_conditional(__import__("quart").request, accept_ranges=True,
                                    complete_length=Path(path).stat().st_size)
    response.timeout = None
    return response

@app.get("/ours")
async def get_ours():
    return await ours(trio.Path(path), "video/mp4", etag="bench")

async def main():
    config = Config()
    config.bind = ["127.0.0.1:0"]
    async with trio.open_nursery() as nursery:
        binds = await nursery.start(partial(serve, app, config))
        print(binds[0], flush=True)

trio.run(main)
"""


def throughput(port: int, path: str, start: int, size: int) -> float:
    """MiB/s of one ranged download."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Range": f"bytes={start}-{start + size - 1}"})
    answer = connection.getresponse()
    assert answer.status == 206
    got = 0
    while piece := answer.read(1024 * 1024):
        got += len(piece)
    took = time.perf_counter() - began
    connection.close()
    assert got == size
    return size / took / 2**20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    size = asked.mib * 2**20
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.mp4"
        with path.open("wb") as file:
            file.truncate(size + 2**20)
        with subprocess.Popen(
            [sys.executable, "-c", SERVER, str(path)], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline().rpartition(":")[2])
            best = {
                name: max(throughput(port, f"/{name}", 4096, size) for _ in range(asked.rounds))
                for name in ("stock", "ours")
            }
            server.kill()
    table = Table("serving", "MiB/s", "ratio", title=f"{asked.mib} MiB, one range")
    table.add_row("quart-trio's own", f"{best['stock']:.0f}", "1.0")
    table.add_row("FORGE", f"{best['ours']:.0f}", f"{best['ours'] / best['stock']:.1f}")
    console = Console(width=90)
    console.print(machine())
    console.print(table)


if __name__ == "__main__":
    main()
