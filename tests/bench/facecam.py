"""How well FORGE finds the facecam, and how often it takes something else for one.

    python tests/bench/facecam.py [FOLDER ...] [--streams 60] [--first 4000]

Made streams (see facecam_scenes.py): six kinds of games with all that lies over them, and in seven
of ten a person, still or not, or a drawn one, with a frame, a name plate, round corners or none of
it. The limits in ``forge/layout`` were set on seeds 0 to 99 and 1000 to 1149, and looked at once
more with 3000 to 3159; those from 4000 on only judge.

A FOLDER with ``vod.mp4`` and ``truth.json`` goes through the real steps: a proxy is made of it,
and the facecam is looked for in that. How long the proxy took is printed for comparison.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from facecam_scenes import make
from machine import machine
from rich.console import Console

from forge.layout.facecam import find_facecam
from forge.spec import Spec
from forge.steps import facecam, probe, proxy

#: Pairs of pictures of each made stream: fewer than the step looks at, for time.
PAIRS = 40
GOOD = 0.9
Fractions = tuple[float, float, float, float]


class Outcome(NamedTuple):
    """What was made, what was found in it, and the area both share by the area both cover."""

    name: str
    true: Fractions | None
    found: Fractions | None
    sure: bool
    iou: float
    seconds: float


def agreement(one: Fractions, other: Fractions) -> float:
    w = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    h = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, w) * max(0.0, h)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def of_seed(seed: int) -> Outcome:
    stream = make(seed, PAIRS)
    began = time.process_time()
    found = find_facecam(stream.pairs)
    took = time.process_time() - began
    name = f"{seed}: {stream.kind} in {stream.game} with {', '.join(stream.overlays) or 'nothing'}"
    if found is None:
        return Outcome(name, stream.box, None, False, 0.0, took)
    box = (found.rect.x, found.rect.y, found.rect.w, found.rect.h)
    fit = 0.0 if stream.box is None else agreement(box, stream.box)
    return Outcome(name, stream.box, box, found.sure, fit, took)


def of_folder(folder: Path, scratch: Path) -> tuple[Outcome, float]:
    """What the step finds in ``vod.mp4``, and the seconds that probing it and its proxy took."""
    inputs = {name: scratch / name for name in ("probe.json", "proxy.mp4")}
    spec = Spec("facecam", folder / "vod.mp4", scratch, scratch, inputs)
    began = time.perf_counter()
    probe.run(spec, silent)
    proxy.run(spec, silent)
    ingest = time.perf_counter() - began
    began = time.perf_counter()
    facecam.run(spec, silent)
    took = time.perf_counter() - began
    result = json.loads((scratch / "facecam.json").read_text("utf-8"))
    truth = json.loads((folder / "truth.json").read_text("utf-8"))["facecam"]
    true, rect = fractions(truth), fractions(result["rect"])
    fit = agreement(rect, true) if rect and true else 0.0
    return Outcome(str(folder), true, rect, result["sure"], fit, took), ingest


def fractions(rect: dict[str, float] | None) -> Fractions | None:
    return None if rect is None else (rect["x"], rect["y"], rect["w"], rect["h"])


def silent(fraction: float, *, speed: float | None = None) -> None:
    """Nobody watches the progress."""


def show(console: Console, outcomes: Iterable[Outcome]) -> None:
    every = list(outcomes)
    boxed = [each for each in every if each.true is not None]
    none = [each for each in every if each.true is None]
    for each in every:
        if each.true is None and each.found is not None:
            console.print(f"taken for one: {each.name}: {each.found}")
        elif each.true is not None and each.iou < GOOD:
            words = "not found" if each.found is None else f"IoU {each.iou:.2f}"
            console.print(f"{words}: {each.name}", style="dim")
    good = sum(each.iou >= GOOD for each in boxed)
    elsewhere = sum(each.found is not None and each.iou < 0.5 for each in boxed)
    missed = sum(each.found is None for each in boxed)
    sure = sum(each.sure for each in boxed)
    false = sum(each.found is not None for each in none)
    count = max(1, len(boxed))
    console.print(
        f"{len(boxed)} with a facecam: {good} found with IoU >= {GOOD} "
        f"({100 * good / count:.0f} %), "
        f"{sum(each.iou >= 0.8 for each in boxed)} with IoU >= 0.8, {missed} not found, "
        f"{elsewhere} elsewhere; FORGE was sure of {sure}"
    )
    console.print(f"{len(none)} without one: something taken for one in {false}")
    if every:
        seconds = sum(each.seconds for each in every) / len(every)
        console.print(f"{seconds:.2f} s of CPU for {PAIRS} pairs of pictures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--streams", type=int, default=60)
    parser.add_argument("--first", type=int, default=4000, metavar="SEED")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    console.print(machine())
    for folder in asked.folders:
        with tempfile.TemporaryDirectory() as scratch:
            outcome, ingest = of_folder(folder, Path(scratch))
        console.print(
            f"{folder.name}: IoU {outcome.iou:.2f}, {'sure' if outcome.sure else 'not sure'}, "
            f"found in {outcome.seconds:.1f} s; probe and proxy took {ingest:.1f} s"
        )
    seeds = range(asked.first, asked.first + asked.streams)
    with ProcessPoolExecutor(asked.processes) as workers:
        show(console, workers.map(of_seed, seeds))


if __name__ == "__main__":
    main()
