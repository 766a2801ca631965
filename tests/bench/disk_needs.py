"""What the copies of a recording really take on the disk, against what is asked for before.

    python tests/bench/disk_needs.py [RECORDING] [--seconds 12] [--codec libx264]

A part of the recording (without one: of FORGE's demo) is made anew in the sizes and picture rates
that streams have, once more with grain, and read by the real steps. Printed are kilobytes for each
second: what each copy takes, what the step has on the disk at its end, when everything is there,
and what ``forge.disk.needs`` asks for. The last column is the margin: never below 1.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from machine import machine

from forge.demo import make_demo
from forge.disk.needs import step_bytes
from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import probe, proxy

#: Width, height, pictures a second, kbit/s.
SIZES = (
    (640, 360, 30, 900),
    (854, 480, 30, 1300),
    (1280, 720, 30, 2300),
    (1280, 720, 60, 3500),
    (1920, 1080, 60, 6000),
)
#: A recording's first seconds are often still.
BEGIN = 20.0
GRAIN = ",noise=alls=12:allf=t"


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Nobody listens."""


def make(
    source: Path,
    path: Path,
    size: tuple[int, int, int, int],
    grain: bool,
    seconds: float,
    codec: str,
) -> None:
    """A part of the recording in another size. Grain takes all the bits that it wants."""
    width, height, rate, bits = size
    kept = ("-crf", "20", "-preset", "ultrafast") if grain else ("-b:v", f"{bits}k")
    ffmpeg.run(
        [
            *ffmpeg.source_args(source, seek=BEGIN, length=seconds),
            *("-map", "0:v:0", "-map", "0:a:0?"),
            *("-vf", f"fps={rate},scale={width}:{height}{GRAIN if grain else ''}"),
            *("-c:v", "libx264" if grain else codec, *kept, "-c:a", "aac", f"file:{path}"),
        ],
        duration=seconds,
    )


def read_in(source: Path, folder: Path) -> tuple[dict[str, Any], Spec]:
    """What the probe says of it, and the proxy step after its end."""
    outputs, checkpoint, inputs = (folder / name for name in ("out", "checkpoint", "inputs"))
    for each in (outputs, checkpoint, inputs):
        each.mkdir(parents=True)
    facts = probe.run(Spec("probe", source, inputs, checkpoint), quiet)
    spec = Spec("proxy", source, outputs, checkpoint, {"probe.json": inputs / "probe.json"})
    proxy.run(spec, quiet)
    return facts, spec


def on_disk(*folders: Path) -> int:
    """Bytes under these folders, those of a file with two names once."""
    stats = [path.stat() for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum({stat.st_ino: stat.st_size for stat in stats}.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=12.0, help="how much of it is read")
    parser.add_argument("--codec", default="libx264", help="of what is made without grain")
    chosen = parser.parse_args()
    print(machine())
    heads = ("source", "proxy", "scout", "peak", "asked", "margin")
    print(f"{'kB a second':24}" + "".join(f"{head:>8}" for head in heads))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        recording = chosen.recording or make_demo(folder / "demo").video
        for grain in (False, True):
            for size in SIZES:
                source, work = folder / "made.mp4", folder / "work"
                make(recording, source, size, grain, chosen.seconds, chosen.codec)
                facts, spec = read_in(source, work)
                found = [
                    source.stat().st_size,
                    (spec.outputs / "proxy.mp4").stat().st_size,
                    (spec.outputs / "scout.mp4").stat().st_size,
                    on_disk(spec.outputs, spec.checkpoint),
                    step_bytes("proxy", 3600.0, _hour(facts)) * facts["duration"] / 3600.0,
                ]
                name = f"{size[1]}p{size[2]}{' with grain' if grain else ''}"
                words = "".join(f"{each / facts['duration'] / 1e3:8.0f}" for each in found)
                print(f"{name:24}{words}{found[4] / found[3]:8.2f}", flush=True)
                shutil.rmtree(work)


def _hour(facts: dict[str, Any]) -> dict[str, Any]:
    """The same recording for an hour: what is asked for besides its length is left aside."""
    longer = 3600.0 / facts["duration"]
    return {**facts, "duration": 3600.0, "size": int(facts["size"] * longer)}


if __name__ == "__main__":
    main()
