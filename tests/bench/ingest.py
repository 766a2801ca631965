"""What an ingest costs: against decoding alone, against a chain of separate passes, and over hours.

    python tests/bench/ingest.py [VIDEO] [--lengths 240,3600,14400] [--cuts] [--rounds 1]

The recording (default: the demo's) is looped by stream copy to each length. Of each, one after the
other on this machine:

- *decode only*: ``ffmpeg -i VIDEO -map 0:v -f null -``, every picture, nothing made of it;
- *separate passes*: what somebody writes who needs the same files, a command for each of them;
- *FORGE*: the whole ingest job (probe, hash, audio, proxy) of a running FORGE, from the import to
  its event of completion, with the time to the first picture that can be played;
- *again*: the same bytes under another name, imported into the same FORGE.

At hours of 1080p60 the first two take longer than most have time for: ``--no-passes`` and
``--no-decode`` leave them out. Whether an hour costs the same at every length is said without them.

Beside the seconds of the wall stand those of the processors: on a busy machine they are steadier.
``--cuts`` compares the cuts that FORGE finds with those of PySceneDetect by itself, on the full
pictures: F1 at a tolerance of two frames, and what either took.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trio
from machine import machine
from rich.console import Console
from rich.table import Table

from actors.client import Client, ServerError
from actors.door import occupy
from forge.config import Settings
from forge.demo import make_demo
from forge.media.ffmpeg import binary

#: Of a recording at 60 Hz, and a little for rounded times.
FRAME = 1 / 60 + 5e-4
FFMPEG = [binary(), "-v", "error", "-nostdin", "-y"]
#: The naive chain: the same files as FORGE's, each from the recording itself.
PASSES = (
    ["-map", "0:a:0?", "-ac", "1", "-ar", "16000", "audio.wav"],
    ["-map", "0:a:0?", "-af", "ebur128=peak=true", "-f", "null", "-"],
    [
        *("-map", "0:v:0", "-map", "0:a:0?", "-vf", "fps=30,scale=1280:720:flags=bilinear"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "27", "-g", "15", "-c:a", "aac"),
        *("-movflags", "+faststart", "proxy.mp4"),
    ],
    [
        *("-map", "0:v:0", "-vf", "scale=256:144:flags=bilinear", "-c:v", "libx264"),
        *("-preset", "ultrafast", "scout.mp4"),
    ],
    ["-map", "0:v:0", "-vf", "fps=1/2,scale=160:90,tile=10x10", "thumbs_%03d.jpg"],
    [
        *("-map", "0:a:0?", "-ac", "1", "-ar", "16000", "-f", "s16le", "peaks.raw"),
    ],
)


@dataclass
class Cost:
    """Seconds of the wall and of the processors, those of ended child processes included."""

    wall: float = 0.0
    busy: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    cost, began, before = Cost(), time.perf_counter(), _busy()
    yield cost
    cost.wall, cost.busy = time.perf_counter() - began, _busy() - before


def _busy() -> float:
    whole = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in whole)


def ffmpeg(args: Sequence[object], cwd: Path) -> None:
    subprocess.run([*FFMPEG, *map(str, args)], cwd=cwd, check=True, capture_output=True)


def looped(video: Path, seconds: float, folder: Path) -> Path:
    """The recording, again and again, until it is ``seconds`` long."""
    path = folder / f"{round(seconds)}.mp4"
    source = ["-stream_loop", "-1", "-i", video, "-t", seconds]
    ffmpeg([*source, "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", path], folder)
    return path


@dataclass
class Ingest:
    """What FORGE did of one recording."""

    whole: Cost
    again: Cost
    first_picture: float
    steps: dict[str, float]


async def ingest(video: Path, folder: Path) -> Ingest:
    async with (
        occupy(Settings(data=folder / "data"), port=0) as (system, url),
        Client.connect(url, system.library.secret()) as client,
        client.events() as events,
    ):

        async def done(kind: str, job: str) -> None:
            async for event in events:
                if event["type"] == "JOB_FAILED":
                    raise SystemExit(f"the ingest failed: {event['error']}")
                if event["type"] == kind and event["id"] == job:
                    return

        async def bring(path: Path) -> dict[str, Any]:
            body = {"path": str(path), "analyze": False}
            made: dict[str, Any] = await client.post("/api/projects", body, force="true")
            return made

        first = 0.0

        async def look(vod: str, began: float) -> None:
            nonlocal first
            while first == 0.0:
                try:
                    await client.get(f"/media/{vod}/preview.m3u8")
                except ServerError:
                    await trio.sleep(0.05)
                except json.JSONDecodeError:  # A playlist is no JSON: it is there.
                    first = time.perf_counter() - began

        with measured() as whole:
            began = time.perf_counter()
            made = await bring(video)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(look, made["vod"]["id"], began)
                await done("JOB_COMPLETED", made["jobs"][0]["id"])
                nursery.cancel_scope.cancel()
        job = await client.get(f"/api/jobs/{made['jobs'][0]['id']}")
        job = job.get("job", job)
        steps = {step["name"]: float(step["seconds"] or 0.0) for step in job["steps"]}
        twin = folder / "twin.mp4"
        try:
            os.link(video, twin)
        except OSError:
            shutil.copyfile(video, twin)
        with measured() as again:
            made = await bring(twin)
            await done("JOB_COMPLETED", made["jobs"][0]["id"])
        vod = await client.get(f"/api/projects/{made['project']['id']}")
        for name in ("scout.mp4", "probe.json"):
            shutil.copy(system.library.file(vod["vods"][0]["artifacts"][name], name), folder)
        return Ingest(whole, again, first or whole.wall, steps)


def ours(source: Path, folder: Path) -> list[float]:
    """The cuts that the step finds on the scout, and where that leaves doubt on the recording."""
    from forge.spec import Spec
    from forge.steps import scene_detect

    out = folder / "cuts"
    out.mkdir()
    inputs = {name: folder / name for name in ("scout.mp4", "probe.json")}
    scene_detect.run(Spec("scene_detect", source, out, out, inputs), lambda *_, **__: None)
    found: list[float] = json.loads((out / "scenes.json").read_text())["cuts"]
    return found


def theirs(video: Path) -> list[float]:
    """PySceneDetect by itself on every full picture, as it comes."""
    from scenedetect import AdaptiveDetector, detect

    return [float(start.seconds) for start, _ in detect(str(video), AdaptiveDetector())][1:]


def agreement(found: Sequence[float], expected: Sequence[float], tolerance: float) -> float:
    """F1: each expected cut may be found once, at most ``tolerance`` seconds away."""
    left = list(expected)
    for cut in found:
        near = min(left, key=lambda each: abs(each - cut), default=None)
        if near is not None and abs(near - cut) <= tolerance:
            left.remove(near)
    hits = len(expected) - len(left)
    return 2 * hits / (len(found) + len(expected)) if found or expected else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", help="default: the demo recording")
    parser.add_argument("--lengths", default="240", help="seconds, parted by commas")
    parser.add_argument("--rounds", type=int, default=1, help="the best of so many counts")
    parser.add_argument("--no-passes", action="store_true", help="leave the separate passes out")
    parser.add_argument("--no-decode", action="store_true", help="leave decoding alone out")
    parser.add_argument("--cuts", action="store_true", help="compare cuts on the first length")
    parser.add_argument("--scratch", type=Path, help="where the copies go; default: temporary")
    asked = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory(dir=asked.scratch) as name:
        folder = Path(name)
        video = asked.video.resolve() if asked.video else make_demo(folder).video
        console.print(f"{machine()}\n{video.name}, looped; wall / processors, in seconds")
        whole = Table(
            "length", "decode only", "separate passes", "FORGE", "ratio", "again", "first"
        )
        whole.add_column("processor seconds an hour")
        parts = Table("length", "probe", "hash", "audio", "proxy", title="the job's steps, s")
        for place, length in enumerate(float(each) for each in asked.lengths.split(",")):
            _measure(video, length, folder, asked, place == 0, whole, parts, console)
        console.print(whole, parts)


def _measure(
    video: Path,
    length: float,
    folder: Path,
    asked: argparse.Namespace,
    first: bool,
    whole: Table,
    parts: Table,
    console: Console,
) -> None:
    source = looped(video, length, folder)
    best: list[tuple[Cost, Ingest]] = []
    for number in range(asked.rounds):
        decode = Cost()
        if not asked.no_decode:
            with measured() as decode:
                ffmpeg(["-i", source, "-map", "0:v:0", "-f", "null", "-"], folder)
        with tempfile.TemporaryDirectory(dir=folder) as name:
            data = Path(name)
            with measured() as everything:
                made = trio.run(ingest, source, data)
            # The processes of steps are over only now, and with them their seconds are known.
            made.whole.busy = everything.busy
            best.append((decode, made))
            if asked.cuts and first and number == 0:
                compare(source, data, console)
    decode = min((each for each, _ in best), key=lambda cost: cost.wall)
    forge = min((each for _, each in best), key=lambda each: each.whole.wall)
    chain = Cost()
    if not asked.no_passes:
        with tempfile.TemporaryDirectory(dir=folder) as data, measured() as chain:
            for each in PASSES:
                ffmpeg(["-i", source, *each], Path(data))

    def shown(cost: Cost) -> str:
        return f"{cost.wall:.1f} / {cost.busy:.1f}" if cost.wall else "–"

    def ratios(cost: Cost, base: Cost) -> str:
        if not base.wall:
            return "–"
        return f"{cost.wall / base.wall:.2f} / {cost.busy / base.busy:.2f}"

    whole.add_row(
        f"{length:.0f} s",
        shown(decode),
        shown(chain) + (f" ({ratios(chain, decode)})" if chain.wall else ""),
        shown(forge.whole),
        ratios(forge.whole, decode),
        f"{forge.again.wall:.2f} ({forge.again.wall / forge.whole.wall:.1%})",
        f"{forge.first_picture:.1f} (1/{forge.whole.wall / forge.first_picture:.0f})",
        f"{forge.whole.busy * 3600 / length:.0f}",
    )
    parts.add_row(
        f"{length:.0f} s",
        *(f"{forge.steps.get(name, 0.0):.1f}" for name in ("probe", "hash", "audio", "proxy")),
    )
    source.unlink()


def compare(source: Path, folder: Path, console: Console) -> None:
    """Prints how well the cuts on the scout agree with those on the full pictures."""
    with measured() as whole:
        full = theirs(source)
    with measured() as step:
        found = ours(source, folder)
    f1 = agreement(found, full, 2 * FRAME)
    console.print(f"cuts: {len(found)} by FORGE, {len(full)} by PySceneDetect, F1 {f1:.3f}")
    console.print(
        f"  finding them: FORGE {step.wall:.1f} / {step.busy:.1f} s,"
        f" PySceneDetect {whole.wall:.1f} / {whole.busy:.1f} s"
    )
    for name, some, other in (("FORGE", found, full), ("PySceneDetect", full, found)):
        alone = [cut for cut in some if all(abs(cut - each) > 2 * FRAME for each in other)]
        console.print(f"  only by {name}: {[round(cut, 3) for cut in alone]}")


if __name__ == "__main__":
    main()
