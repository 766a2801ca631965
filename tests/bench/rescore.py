"""How long new weights take on a recording of hours, from what was kept of it.

    python tests/bench/rescore.py [--hours 4]

One made stream is measured and laid end to end, each time with other values, until it is as long
as asked. Timed is what the scoring step does: read what was kept, score, write the result.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from highlights_media import silent, through_scoring
from machine import machine
from streams import Maker

from forge.scoring.boundaries import Boundaries
from forge.scoring.kept import Kept
from forge.scoring.virality import rescore
from forge.spec import Spec
from forge.steps import scoring


def laid_end_to_end(kept: Kept, times: int) -> Kept:
    """The same recording again and again; its signals vary by a tenth, so that ranks do, too."""
    chance = np.random.default_rng(3)
    shifts = kept.duration * np.arange(times)
    edges = kept.boundaries
    said = {
        name: tuple(
            replace(each, start=each.start + shift, end=each.end + shift)
            for shift in shifts.tolist()
            for each in getattr(kept, name)
        )
        for name in ("sentences", "phrases", "laughs")
    }
    return replace(
        kept,
        duration=kept.duration * times,
        signals={
            name: np.round(
                np.tile(values, times) * chance.uniform(0.9, 1.0, kept.seconds * times), 4
            )
            for name, values in kept.signals.items()
        },
        crowd=np.tile(kept.crowd, times),
        boundaries=Boundaries(
            np.concatenate([edges.starts + shift for shift in shifts]),
            np.tile(edges.start_values, times),
            np.concatenate([edges.ends + shift for shift in shifts]),
            np.tile(edges.end_values, times),
        ),
        cuts=tuple(cut + shift for shift in shifts.tolist() for cut in kept.cuts),
        **said,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=float, default=4.0)
    hours = parser.parse_args().hours
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        short = through_scoring(Maker(0, 12).make(), folder)
        print(f"12 minutes made and measured in {time.perf_counter() - began:.1f} s")
        kept = laid_end_to_end(short, round(hours * 5))
        file = folder / "signals.json"
        file.write_text(json.dumps(kept.as_json()), "utf-8")
        print(f"{hours:g} h: {file.stat().st_size / 1e6:.1f} MB kept")
        alone, whole, cpu = [], [], []
        for hype in (0.1, 0.2, 0.3, 0.4, 0.5):
            began, busy = time.perf_counter(), time.process_time()
            result = rescore(kept, {"hype": hype})
            alone.append(time.perf_counter() - began)
            cpu.append(time.process_time() - busy)
            params = {"weights": {"hype": hype}}
            spec = Spec("scoring", file, folder, folder, {"signals.json": file}, params)
            began = time.perf_counter()
            scoring.run(spec, silent)
            whole.append(time.perf_counter() - began)
        print(f"{len(result['clips'])} clips; median of five:")
        print(f"new weights {np.median(alone):.2f} s ({np.median(cpu):.2f} s of it computing)")
        print(f"with reading and writing {np.median(whole):.2f} s")


if __name__ == "__main__":
    main()
