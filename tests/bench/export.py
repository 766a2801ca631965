"""What an export costs beside the bare work, three hours in, and with several formats.

    python tests/bench/export.py [--rounds 3] [--seconds 20] [--hours 3] [VIDEO]

Three questions, each answered by the median of alternating rounds on the same clip:

- the whole render step (captions, sound, loudness, subtitles, cut list, checkpoint) against one
  bare ffmpeg that crops, scales and encodes the same frames with the same encoder options;
- the same clip at ``--hours`` of a recording that is VIDEO over and over, against at its start;
- 9:16, 1:1 and 16:9 from one decode, against a run for each.

The last one's goal of 0.6 is missed where x264 does the work, and no ordering of it can help: with
D the processor seconds of decoding and E those of encoding all three, a run for each costs 3D + E
and one decode D + E, which is 0.6 of it only where D is half of E. For 3 s of a game at 1080p60,
decoding with the way to 30 frames a second took 1.2 s (H.264) and 1.3 s (HEVC), the three encodes
3.3, 1.6 and 2.9 s: 0.78 at best. At 2160p60, decoding takes 3.7 s of the same: 0.61. What is left
is an encoder that costs the processor nothing, which is what a GPU's does.

Both are given as wall clock and as processor seconds (this process and all that it started):
the latter say what a busy machine's clock cannot.

Without VIDEO a minute of moving noise at 1080p60 is made, in which nothing is easy to encode.
The step runs in this process; the start of a child and the job table are measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import machine
from rich.console import Console
from rich.table import Table

from forge.exports.encoder import X264
from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import audio, probe, render

console = Console(width=120)
FORMATS = ("9:16", "1:1", "16:9")
#: A stream's picture: large moving shapes, fine grain.
MADE = (
    "testsrc2=s=1920x1080:r=60:d={d},noise=alls=6:allf=t,format=yuv420p",
    "aevalsrc='0.2*sin(2*PI*(200+60*sin(t))*t)+0.1*(random(0)-0.5)':d={d}:s=48000",
)
TEXT = "so here we are and nobody has any idea how this could ever have worked out like that"


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Takes progress and does nothing."""


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and of all processors."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


class Meter:
    """Measures from its making to :meth:`read`."""

    def __init__(self) -> None:
        self._began, self._spent = time.perf_counter(), sum(os.times()[:4])

    def read(self) -> Cost:
        return Cost(time.perf_counter() - self._began, sum(os.times()[:4]) - self._spent)


def run(*args: object) -> None:
    """Runs ffmpeg; whatever it says is an error."""
    command = [ffmpeg.binary(), "-v", "error", "-nostdin", "-y", *map(str, args)]
    subprocess.run(command, check=True)


def make(folder: Path, seconds: int) -> Path:
    path = folder / "made.mp4"
    picture, sound = (graph.format(d=seconds) for graph in MADE)
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "6M", "-g", 120, "-c:a", "aac"]
    run("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *encode, path)
    return path


def looped(video: Path, folder: Path, hours: float) -> Path:
    """The recording over and over, not encoded again, until it is longer than ``hours``."""
    path = folder / "long.mkv"
    seconds = hours * 3600 + 600
    run("-stream_loop", -1, "-t", seconds, "-i", video, "-map", 0, "-c", "copy", path)
    return path


class Recording:
    """A recording with what the steps before the render know of it."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self._folder = folder
        self._ready = ready = folder / f"ready-{path.stem}"
        ready.mkdir()
        self.probe = probe.run(Spec("probe", path, ready, ready), quiet)
        self.inputs = {"probe.json": ready / "probe.json"}
        # Its own loudness: without one of the clip's place, the sound is made twice.
        audio.run(Spec("audio", path, ready, ready, dict(self.inputs)), quiet)
        self.inputs["loudness.json"] = ready / "loudness.json"

    def export(self, start: float, seconds: float, *presets: str) -> Cost:
        """What the whole step takes."""
        self._transcript(start, seconds)
        out, checkpoint = self._folder / "out", self._folder / "checkpoint"
        for path in (out, checkpoint):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        clip = {"start": start, "end": start + seconds, "title": "Measured"}
        params = {"clip": clip, "presets": list(presets)}
        os.chdir(out)
        meter = Meter()
        render.run(Spec("render", self.path, out, checkpoint, self.inputs, params), quiet)
        return meter.read()

    def bare(self, start: float, seconds: float) -> Cost:
        """The same crop, scale and encode of the same frames, and nothing else."""
        graph = "fps=30,crop=608:1080:656:0,scale=1080:1920:flags=bicubic,setsar=1"
        bound = ["-maxrate", "12M", "-bufsize", "24M", "-g", "60", "-pix_fmt", "yuv420p"]
        target = self._folder / "bare.mp4"
        meter = Meter()
        run(
            *("-ss", start, "-t", seconds, "-i", self.path, "-vf", graph),
            *(*X264, *bound, "-an", target),
        )
        return meter.read()

    def _transcript(self, start: float, seconds: float) -> None:
        """Somebody who speaks all the time: three words a second."""
        said = TEXT.split()
        words: list[dict[str, Any]] = [
            {"word": said[at % len(said)], "start": start + at / 3, "end": start + at / 3 + 0.3}
            for at in range(int(seconds * 3))
        ]
        path = self._ready / "transcript.json"
        path.write_text(json.dumps({"words": words}), "utf-8")
        self.inputs["transcript.json"] = path


def compared(
    rounds: int, ours: Callable[[], Cost], theirs: Callable[[], Cost]
) -> tuple[Cost, Cost]:
    """The medians of both, measured in turns."""
    took: list[tuple[Cost, Cost]] = []
    for number in range(rounds):
        took.append((ours(), theirs()))
        mine, other = took[-1]
        console.print(f"[dim]round {number + 1}: {mine.wall:.2f} s, {other.wall:.2f} s[/]")
    mine, other = (
        Cost(
            statistics.median(each.wall for each in side),
            statistics.median(each.cpu for each in side),
        )
        for side in zip(*took, strict=True)
    )
    return mine, other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--hours", type=float, default=3.0)
    asked = parser.parse_args()
    seconds = asked.seconds
    columns = ("what", "ours", "beside", "ratio", "ours, CPU", "beside, CPU", "ratio", "goal")
    table = Table(*columns, title=f"{seconds:.0f} s of clip")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        video = asked.video.resolve() if asked.video else make(folder, 60)
        short = Recording(video, folder)
        start = min(10.0, max(0.0, short.probe["duration"] - seconds))

        def row(
            what: str, goal: float, ours: Callable[[], Cost], theirs: Callable[[], Cost]
        ) -> None:
            mine, other = compared(asked.rounds, ours, theirs)
            cells = [f"{mine.wall:.2f} s", f"{other.wall:.2f} s", f"{mine.wall / other.wall:.2f}×"]
            cells += [f"{mine.cpu:.2f} s", f"{other.cpu:.2f} s", f"{mine.cpu / other.cpu:.2f}×"]
            table.add_row(what, *cells, f"≤{goal}×")

        row(
            "export : bare crop, scale, encode",
            1.25,
            lambda: short.export(start, seconds, "9:16"),
            lambda: short.bare(start, seconds),
        )
        row(
            f"{', '.join(FORMATS)} : a run for each",
            0.6,
            lambda: short.export(start, seconds, *FORMATS),
            lambda: sum(
                (short.export(start, seconds, each) for each in FORMATS), start=Cost(0.0, 0.0)
            ),
        )
        if asked.hours > 0:
            long = Recording(looped(video, folder, asked.hours), folder)
            period = short.probe["duration"]
            late = start + round(asked.hours * 3600 / period) * period
            row(
                f"at {asked.hours:g} h : at the start",
                1.05,
                lambda: long.export(late, seconds, "9:16"),
                lambda: long.export(start, seconds, "9:16"),
            )
        os.chdir("/")
    console.print(table)
    console.print(machine())


if __name__ == "__main__":
    main()
