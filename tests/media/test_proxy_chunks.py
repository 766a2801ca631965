"""The proxy in chunks: no seam in what comes out.

Rules of this file: every picture of a recording has a shade that tells which one it is, and its
sound is one long sweep; what comes out is compared, picture by picture, with what belongs there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from forge.steps import proxy
from tests.media.shades import (
    OPEN,
    SECONDS,
    SHADES,
    VP8,
    X264,
    X265,
    begins,
    heard,
    ignore,
    make,
    pictures,
    small_chunks,
    specs,
)


@pytest.fixture(autouse=True, scope="module")
def short() -> Iterator[None]:
    with small_chunks():
        yield


@pytest.mark.parametrize(
    ("name", "options", "rate"),
    [
        ("a.mp4", [*X264, "-g", "47"], "30"),
        ("a.mp4", [*X264, "-g", "300"], "30"),
        ("a.mkv", [*X264, "-g", "50"], "60"),
        ("a.mkv", [*X265, *OPEN, "-g", "30"], "25"),
        ("a.webm", [*VP8, "-g", "40"], "30"),
        ("a.ts", [*X264, "-g", "45", "-output_ts_offset", "9000"], "30"),
        ("a.flv", [*X264, "-g", "45"], "30"),
        ("a.mp4", [*X264, "-g", "60", "-movflags", "+frag_keyframe+delay_moov"], "60000/1001"),
    ],
    ids=["mp4", "one-keyframe", "mkv60", "open-gop", "webm", "ts", "flv", "fragmented"],
)
def test_chunks_join_without_a_seam(
    tmp_path: Path, name: str, options: list[str], rate: str
) -> None:
    spec = specs(make(tmp_path / name, *options, rate=rate), tmp_path / "work")
    proxy.run(spec, ignore)
    journal = (spec.checkpoint / "chunks.jsonl").read_text().splitlines()
    assert len(journal) >= 4
    fps = Fraction(rate)
    grid = min(fps, Fraction(30))
    source = [(time - begins(spec.source), number) for time, number in pictures(spec.source)]
    copy = pictures(spec.outputs / "proxy.mp4")
    assert len(copy) == pytest.approx(SECONDS * grid, abs=2)
    for place, (time, number) in enumerate(copy):
        assert time == pytest.approx(float(place / grid), abs=1e-6)
        # The last picture that came, or is to come within a quarter of a place.
        shown = [each for at, each in source if math.floor(at * grid + 0.75) <= place][-1:]
        # Of twice as many, those are left out that nothing else is made from.
        fast = [(each - off) % SHADES for each in shown if fps > grid for off in (1, 2)]
        assert number in [*shown, *fast] if shown else number == source[0][1]
    scout = pictures(spec.outputs / "scout.mp4")
    assert len(scout) == pytest.approx(SECONDS * grid, abs=2)
    times = np.array([at for at, _ in source])
    for time, number in scout:
        nearest = int(np.abs(times - time).argmin())
        assert times[nearest] == pytest.approx(time, abs=1e-4)
        assert number == source[nearest][1]
    # In each of these the sound comes first, so it begins where the recording does.
    theirs, ours = heard(spec.source), heard(spec.outputs / "proxy.mp4")
    seams = [round(place * 47 * 1024) for place in range(6)]
    for seam, after in pairwise(seams):
        window = ours[seam + 2400 : after - 2400]
        off = {
            lag: np.abs(window - theirs[seam + lag + 2400 :][: len(window)]).max()
            for lag in range(-48, 49)
        }
        lag = min(off, key=lambda lag: off[lag])
        assert off[lag] < 0.05
        # Containers that round to milliseconds move a piece by less than one; nothing is lost.
        assert lag == 0 or name.endswith((".mkv", ".webm"))
