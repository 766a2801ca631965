"""Where kept parts of the sound meet: lengths, levels and words. Pure but for two small files.

Rules of this file: no ffmpeg is started; sound is made with numpy, expected values by hand.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.captions.timeline import timeline
from forge.media import splices as splices_module
from forge.media.splices import FADE, SAMPLE_RATE, Spans, Splice, splice, splices

RATE = Fraction(30)
HALF = round(FADE * SAMPLE_RATE / 2)


def spliced(
    folder: Path, sound: np.ndarray, cuts: list[tuple[float, float]], spoken: Spans = ()
) -> np.ndarray:
    """The clip [0, 2) of a mono sound without ``cuts``, as one channel."""
    source, target = folder / "clip.raw", folder / "cut.raw"
    np.stack([sound, sound], axis=1).astype("<f4").tofile(source)
    time = timeline(0.0, 2.0, cuts, RATE)
    splice(source, target, time, spoken)
    made = np.fromfile(target, dtype="<f4").reshape(-1, 2)
    assert np.array_equal(made[:, 0], made[:, 1])
    assert len(made) == round(time.duration * SAMPLE_RATE)
    return made[:, 0]


def test_a_fade_lies_half_in_what_is_cut_away() -> None:
    [one, other] = splices(timeline(10.0, 12.0, [(10.5, 11.0)], RATE), [])
    assert one == Splice(0, 24000, 0, 2 * HALF, HALF, HALF)
    assert other == Splice(48000, 96000, HALF, HALF, 2 * HALF, 0)


def test_no_fade_is_inside_a_word_that_stays() -> None:
    time = timeline(10.0, 12.0, [(10.5, 11.0)], RATE)
    fade = 2 * HALF
    before, behind, begins, ends = (10.2, 10.5), (11.001, 11.4), (10.503, 10.7), (10.8, 10.998)
    for spoken, out, into in (
        ([before], (0, fade), (0, fade)),
        ([behind], (fade, 0), (fade, 0)),
        ([before, behind], (0, fade), (fade, 0)),
        # Nor does a word that was cut away come back.
        ([begins], (fade, 0), (fade, 0)),
        ([ends], (0, fade), (0, fade)),
        ([begins, ends], (fade, 0), (0, fade)),
        ([before, begins], (0, fade), (0, fade)),
    ):
        [one, other] = splices(time, spoken)
        assert ((one.fall, one.after), (other.before, other.rise)) == (out, into), spoken
    # A word at the clip's own start keeps all but two milliseconds.
    assert splices(time, [(10.0, 10.4)])[0].rise == 96


def test_music_keeps_its_level_across_a_cut(tmp_path: Path) -> None:
    """A steady tone whose phase does not match: equal power never leaves a hole."""
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * SAMPLE_RATE)
    for sound in (0.3 * np.sin(2 * np.pi * 997.3 * at), noise):
        made = spliced(tmp_path, sound, [(0.5, 1.0)])
        seam = made[24000 - HALF : 24000 + HALF]
        level, usual = np.sqrt(np.mean(seam**2)), np.sqrt(np.mean(made[8000:20000] ** 2))
        assert 0.55 < level / usual < 1.5
        assert np.abs(np.diff(made)).max() < 1.6 * np.abs(np.diff(sound)).max()


def test_a_word_that_stays_keeps_every_sample(tmp_path: Path) -> None:
    sound = np.random.default_rng(2).normal(0, 0.1, 2 * SAMPLE_RATE)
    made = spliced(tmp_path, sound, [(0.5, 1.0)], [(0.2, 0.5)])
    assert np.allclose(made[9600 : 24000 - 1], sound[9600 : 24000 - 1], atol=1e-6)
    # What came before the cut is heard for ten milliseconds more, under what follows.
    assert not np.allclose(made[24000:24480], sound[48000:48480], atol=1e-3)
    assert np.allclose(made[24480:60000], sound[48480:84000], atol=1e-6)


def test_a_constant_comes_through_where_nothing_is_cut(tmp_path: Path) -> None:
    made = spliced(tmp_path, np.ones(2 * SAMPLE_RATE), [])
    assert np.all(made[480:-480] == 1)
    assert made[0] < 0.01
    assert made[-1] < 0.01


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 0.5)), max_size=12),
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 0.5)), max_size=6),
)
def test_any_cuts_give_sound_as_long_as_the_picture(
    tmp_path_factory: object, cuts: list[tuple[float, float]], words: list[tuple[float, float]]
) -> None:
    folder = tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    spans = [(start, start + length) for start, length in cuts]
    if sum(length for _, length in cuts) > 1.8:
        spans = spans[:2]
    spoken = sorted((start, start + length) for start, length in words)
    made = spliced(folder, np.full(2 * SAMPLE_RATE, 0.5), spans, spoken)
    # Two sounds of the same level at most add up.
    assert np.isfinite(made).all()
    assert made.max() <= 1.5 + 1e-6
    assert made.min() >= 0


def test_a_long_part_is_worked_off_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = np.random.default_rng(3).normal(0, 0.1, 2 * SAMPLE_RATE)
    cuts = [(0.5, 0.7), (1.0, 1.4)]
    whole = spliced(tmp_path, sound, cuts)
    for block in (300, 7001):
        monkeypatch.setattr(splices_module, "_BLOCK", block)
        assert np.array_equal(spliced(tmp_path, sound, cuts), whole)
