"""Loudness and gain as arithmetic, and the graph that reads the sound. Pure; LUFS, dB, seconds.

Rules of this file: no ffmpeg is started; expected values are worked out by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forge.media.gain import (
    CEILING,
    MAX_GAIN,
    TARGET,
    Setting,
    best_try,
    first_setting,
    good,
    next_setting,
)
from forge.media.loudness import (
    SILENCE,
    Summary,
    blocks,
    integrated,
    loudness_range,
    momentary_value,
    parse_summary,
)
from forge.media.mixdown import CORRECTIONS, clip_graph

LOG = """[info] something
[Parsed_ebur128_0 @ 0x1] [info] Summary:

  Integrated loudness:
    I:         -31.8 LUFS
    Threshold: -41.8 LUFS

  Loudness range:
    LRA:         1.5 LU
    Threshold: -51.8 LUFS
    LRA low:   -31.8 LUFS
    LRA high:  -31.8 LUFS

  True peak:
    Peak:      {peak} dBFS
[out#0/null @ 0x2] [info] done
"""


def test_gating_follows_the_recommendation() -> None:
    assert integrated([-20.0] * 50) == pytest.approx(-20.0)
    assert integrated([-20.0] * 50 + [SILENCE] * 500) == pytest.approx(-20.0)
    # A pause 30 LU down is gated out; a passage 6 LU down is not.
    assert integrated([-20.0] * 50 + [-50.0] * 50) == pytest.approx(-20.0)
    assert integrated([-20.0] * 50 + [-26.0] * 50) == pytest.approx(-22.04, abs=0.01)
    assert integrated([SILENCE] * 9) is None
    assert integrated([]) is None


def test_only_windows_inside_the_spans_count() -> None:
    values = [float(at) for at in range(100)]
    # [1, 2): the first whole window is [1.0, 1.4), which is value 13, the last [1.6, 2.0).
    assert blocks(values, 0.1, [(1.0, 2.0)]) == [13, 14, 15, 16, 17, 18, 19]
    assert blocks(values, 0.1, [(1.0, 1.5), (5.0, 5.4)]) == [13, 14, 53]
    assert blocks(values, 0.1, [(1.0, 1.2)]) == [12]
    assert blocks(values, 0.1, [(50.0, 60.0)]) == []


def test_reading_ffmpeg() -> None:
    assert parse_summary(LOG.format(peak="-28.1")) == Summary(-31.8, 1.5, -28.1)
    assert parse_summary(LOG.format(peak="-inf")) == Summary(-31.8, 1.5, SILENCE)
    assert parse_summary("nothing") is None
    assert parse_summary("Summary:\n") is None
    found = [momentary_value(text) for text in ("-23.456", "-inf", "nan", "", "-130.0")]
    assert found == [-23.46, SILENCE, SILENCE, SILENCE, SILENCE]


def test_the_range_leaves_out_silence_and_pauses() -> None:
    """EBU Tech 3342, its minimum requirements 1 and 3: 20 s at one level, then at the other."""
    assert loudness_range([-20.0] * 200 + [-30.0] * 200) == pytest.approx(10.0)
    assert loudness_range([-40.0] * 200 + [-20.0] * 200) == pytest.approx(20.0, abs=0.1)
    assert loudness_range([-20.0] * 100 + [-80.0] * 900) == 0.0
    assert loudness_range([-20.0] * 100 + [-60.0] * 900) == 0.0
    assert loudness_range([SILENCE] * 9) == 0.0
    assert loudness_range([]) == 0.0


def settle(sound: Callable[[Setting], Summary], loudness: float | None) -> list[Summary]:
    """Runs the correction to its end, as the mixdown does."""
    setting = first_setting(loudness)
    tries = [(setting, sound(setting))]
    while not good(tries[-1][1]) and len(tries) <= CORRECTIONS:
        setting = next_setting(tries)
        tries.append((setting, sound(setting)))
    best = best_try(tries)
    return [result for _, result in tries[: best + 1]]


def test_plain_sound_needs_one_try() -> None:
    results = settle(lambda to: Summary(-30 + to.gain, 1, -20 + to.gain), -30.0)
    assert results == [Summary(TARGET, 1, -4)]


def test_limited_sound_is_pushed_until_it_is_loud_enough() -> None:
    def limited(to: Setting) -> Summary:
        """The first 6 dB count, then the limiter eats 60 %, then all but the last."""
        return Summary(-26 + min(to.gain, 6) + 0.4 * max(0.0, to.gain - 6), 1, to.ceiling + 0.5)

    results = settle(limited, -26.0)
    assert results[-1].integrated == pytest.approx(TARGET, abs=0.3)


def test_a_plateau_is_crossed() -> None:
    def cracks(to: Setting) -> Summary:
        """Loudness hardly moves until the noise between the cracks comes up."""
        return Summary(-20.3 + max(0.0, to.gain - 18) * 0.68, 20, to.ceiling + 0.4)

    assert settle(cracks, -22.0)[-1].integrated == pytest.approx(TARGET, abs=0.3)


def test_a_peak_above_the_limit_lowers_the_ceiling() -> None:
    results = settle(lambda to: Summary(TARGET, 1, to.ceiling + 1.5), TARGET)
    assert results[-1].true_peak <= -1.0
    assert len(results) == 2


def test_silence_and_empty_rooms() -> None:
    assert first_setting(None) == Setting(0.0, CEILING)
    assert first_setting(-69.0).gain == MAX_GAIN
    assert good(Summary(-70.0, 0, SILENCE))
    assert not good(Summary(-20.0, 0, -9))
    assert not good(Summary(-14.0, 0, -0.9))


def test_a_safe_peak_matters_more_than_the_last_tenth() -> None:
    tries = [(Setting(0), Summary(-14.0, 1, -0.5)), (Setting(-1), Summary(-14.6, 1, -1.4))]
    assert best_try(tries) == 1


def test_the_sound_begins_with_the_clip() -> None:
    graph = clip_graph(3, 96_000, lead=1.5)
    assert graph.startswith("[0:3]aresample=48000:")
    assert graph.endswith("atrim=start_sample=72000:end_sample=168000,asetpts=PTS-STARTPTS[clip]")
