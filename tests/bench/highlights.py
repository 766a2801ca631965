"""How well FORGE finds highlights: recall, edges and calibration, against each signal alone.

Edges are judged by their distance to the true ones, and by how long nothing happens at them.

    python tests/bench/highlights.py [FOLDER ...] [--streams 16] [--minutes 12]
                                   [--held-out 1000] [--sparse] [--fit]

Made streams (see streams.py) go through the real steps: FFmpeg measures their loudness, the
signals step listens to their sound, the scoring step chooses. The weights, the fusion and the
calibration were set on the first 48 seeds, the edges on 14 from 2000 on and on ten sparse ones from
5000 on; those from 1000 on (sparse: 6000) only judge. The first ones and those are printed;
``--held-out SEED`` judges by others that nobody saw; in ``--sparse`` streams people say little.
``--fit`` prints what weights and calibration the first ones ask for by themselves.

A FOLDER with ``vod.mp4``, ``truth.json`` and perhaps ``chat.json`` goes through every step, from
the file to the clips, speakers left out; ``--end-to-end N`` makes N such folders.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from highlights_edges import show_edges, still
from highlights_fit import fit_calibration, fit_weights
from highlights_measures import Found, Quality, Truth, judge
from highlights_media import make_folder, through_every_step, through_scoring
from highlights_tables import compare_with_singles, show, show_calibration
from machine import machine
from rich.console import Console
from streams import Maker

from forge.scoring.kept import Kept, without
from forge.scoring.virality import rescore
from forge.scoring.weights import BRAKE, DEFAULT_WEIGHTS

SIGNALS = [name for name in DEFAULT_WEIGHTS if name != BRAKE]
CHAT = ("chat", "emotes")
#: What the fusion is held against: each signal by itself, and the whole chat.
ALONE = {name: (name,) for name in SIGNALS} | {"chat only": CHAT}
#: Seeds that weights and calibration were set on, and seeds that were not looked at.
TUNED, HELD_OUT = 0, 1000


class Case(NamedTuple):
    """A stream's name and kind, what is kept of it, the truth, when its words are said, and where
    nothing happens at all.
    """

    name: str
    genre: str
    kept: Kept
    truths: list[Truth]
    words: list[tuple[float, float]]
    still: list[tuple[float, float]]


def clips(kept: Kept, weights: Mapping[str, float] | None = None) -> list[Found]:
    found = rescore(kept, weights)["clips"]
    return [Found((clip["start"], clip["end"]), clip["score"]) for clip in found]


def by_chance(kept: Kept, seed: int) -> list[Found]:
    """Clips of the usual length anywhere."""
    chance = np.random.default_rng([9, seed])
    starts = chance.uniform(0, max(1.0, kept.duration - 20), 10)
    return [Found((float(start), float(start) + 20), 0.0) for start in starts]


def compare(cases: Sequence[Case]) -> dict[str, list[Quality]]:
    """Every method's quality on every case with a highlight; fused also where there is none."""
    rows: dict[str, list[Quality]] = {"fused": [], "random": []}
    for place, case in enumerate(cases):
        kept, truths = case.kept, case.truths
        rows["fused"].append(judge(clips(kept), truths, case.still))
        rows["random"].append(judge(by_chance(kept, place), truths, case.still))
        for name, together in ALONE.items():
            if any(set(together) & set(other.kept.signals) for other in cases):
                alone = {each: DEFAULT_WEIGHTS[each] * (each in together) for each in SIGNALS}
                heard = set(together) & set(kept.signals)
                chosen = clips(kept, alone | {BRAKE: 0.0}) if heard else []
                rows.setdefault(name, []).append(judge(chosen, truths, case.still))
    return rows


def in_words(case: Case) -> int:
    """How many edges of the case's clips lie inside a word, as the transcript has them."""
    return sum(
        begin + 0.001 < edge < end - 0.001
        for clip in clips(case.kept)
        for edge in clip.span
        for begin, end in case.words
    )


def made(
    first: int, count: int, minutes: float, console: Console, *, sparse: bool = False
) -> list[Case]:
    cases = []
    for seed in range(first, first + count):
        began = time.perf_counter()
        stream = Maker(seed, minutes, sparse).make()
        with tempfile.TemporaryDirectory() as folder:
            kept = through_scoring(stream, Path(folder))
        truths = [Truth((each["start"], each["end"]), each["peak"]) for each in stream.highlights]
        words = [(word["start"], word["end"]) for word in stream.transcript["words"]]
        cases.append(Case(str(seed), stream.genre, kept, truths, words, still(kept, words)))
        lag = f"chat lag {kept.lag} s, true {stream.chat_lag:.1f}"
        console.print(
            f"seed {seed}: {stream.genre}, {len(truths)} highlights, {lag},"
            f" {time.perf_counter() - began:.0f} s",
            style="dim",
        )
    return cases


def found(rows: Mapping[str, Sequence[Quality]], name: str) -> float:
    """The mean recall at n of a method, over the streams that have a highlight."""
    return float(np.nanmean([quality.recall_at_n for quality in rows[name]]))


def report(console: Console, title: str, cases: Sequence[Case]) -> bool:
    """Prints all tables; whether the fusion was on average nowhere worse than one signal."""
    fine = True
    for how, dropped in (("with chat", ()), ("without chat", CHAT)):
        some = [case._replace(kept=without(case.kept, dropped)) for case in cases]
        rows = compare(some)
        show(console, f"{title}, {how}", rows)
        watched = {name: [w for q in found for w in q.watched] for name, found in rows.items()}
        show_edges(console, f"{title}, {how}", {n: clips for n, clips in watched.items() if clips})
        show_calibration(console, f"{title}, {how}: what a score means", rows["fused"])
        names = [case.name for case in cases]
        fine &= compare_with_singles(console, rows, [name for name in ALONE if name in rows], names)
        for genre in sorted({case.genre for case in cases}):
            places = [place for place, case in enumerate(cases) if case.genre == genre]
            part = {
                name: [qualities[place] for place in places]
                for name, qualities in rows.items()
                if len(qualities) == len(cases)
            }
            best = max((name for name in ALONE if name in part), key=partial(found, part))
            console.print(
                f"  {genre}: fused {found(part, 'fused'):.2f},"
                f" its best single signal ({best}) {found(part, best):.2f}"
            )
        console.print()
    console.print(f"Edges inside a word: {sum(map(in_words, cases))}.\n")
    return fine


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--streams", type=int, default=16, help="in each half")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, metavar="SEED")
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--end-to-end", type=int, default=0, metavar="N")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    console = Console(width=100)
    console.print(machine())
    fine = True
    make = partial(made, minutes=options.minutes, console=console, sparse=options.sparse)
    if options.streams:
        tuned = make(TUNED, options.streams)
        if options.fit:
            pairs = [(case.kept, case.truths) for case in tuned]
            console.print("Weights asked for:", fit_weights(pairs))
            console.print("Calibration asked for:", fit_calibration(pairs))
        fine &= report(console, "Seeds that were tuned on", tuned)
        fine &= report(
            console,
            "Seeds that were held out",
            make(options.held_out, options.streams),
        )
    with tempfile.TemporaryDirectory() as scratch:
        folders = list(options.folders)
        for seed in range(HELD_OUT, HELD_OUT + options.end_to_end):
            folders.append(make_folder(Maker(seed, 3).make(), Path(scratch) / f"seed-{seed}"))
        for folder in folders:
            work = Path(scratch) / f"{folder.name}-work"
            work.mkdir()
            kept, words, truths, lag = through_every_step(folder.resolve(), work)
            case = Case(folder.name, "folder", kept, truths, words, still(kept, words))
            console.print(f"{folder.name}: chat lag {kept.lag} s, true {lag:.1f} s")
            report(console, f"{folder.name}, every step", [case])
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
