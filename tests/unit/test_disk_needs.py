"""What a step is going to write, by the recording's length, size and picture.

Rules of this file: numbers in, bytes out. The measured figures were read off the copies that
ffmpeg really made (tests/bench/disk_needs.py): the arithmetic must cover them, without crying
wolf.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.disk.needs import step_bytes
from forge.disk.space import GIB, Limits, Room, too_full
from forge.pipeline import STEPS

HOUR = 3600.0


def recording(
    lines: int, fps: float, rate: float, seconds: float = HOUR, **more: Any
) -> dict[str, Any]:
    """The probe of a recording in 16:9 with ``rate`` bytes a second."""
    video = {"width": lines * 16 // 9, "height": lines, "fps": fps}
    facts = {"container": "mov,mp4,m4a", "duration": seconds, "size": int(rate * seconds)}
    return {**facts, "video": video, "jumps": False, **more}


PROBES = st.builds(
    recording,
    st.sampled_from([144, 360, 480, 720, 1080, 2160]),
    st.sampled_from([1.0, 24.0, 30.0, 60.0, 240.0]),
    st.floats(1e3, 1e8),
    container=st.sampled_from(["mov,mp4,m4a", "matroska,webm", "mpegts", "avi"]),
    jumps=st.booleans(),
)


@given(st.sampled_from(sorted(STEPS)), st.floats(0, 1e6), st.floats(0, 1e6), st.none() | PROBES)
def test_longer_material_needs_no_less(
    step: str, some: float, more: float, probe: dict[str, Any] | None
) -> None:
    assert step_bytes(step, None, probe) > 0
    assert step_bytes(step, None, probe) <= step_bytes(step, some, probe)
    assert step_bytes(step, some, probe) <= step_bytes(step, some + more, probe)


def test_steps_that_write_much_are_known_by_their_names() -> None:
    large = {name for name in STEPS if step_bytes(name, HOUR) > 100 << 20}
    assert large == {"audio", "proxy", "render"}


@pytest.mark.parametrize(
    ("lines", "fps", "rate", "proxy", "scout"),
    [
        (480, 30, 173e3, 188e3, 101e3),
        (720, 30, 305e3, 337e3, 115e3),
        (1080, 60, 783e3, 359e3, 123e3),
        (480, 30, 83e3, 173e3, 92e3),  # AV1
        (720, 30, 148e3, 319e3, 107e3),  # AV1
        (360, 30, 278e3, 133e3, 108e3),
        (480, 30, 431e3, 209e3, 116e3),
        (720, 60, 971e3, 403e3, 129e3),
        (1080, 60, 1731e3, 364e3, 128e3),
        (360, 30, 2218e3, 238e3, 480e3),  # grain
        (480, 30, 3886e3, 382e3, 492e3),  # grain
        (720, 30, 8604e3, 715e3, 567e3),  # grain
        (720, 60, 11969e3, 1117e3, 562e3),  # grain
    ],
)
def test_the_measured_copies_fit_and_little_more_is_asked_for(
    lines: int, fps: float, rate: float, proxy: float, scout: float
) -> None:
    asked = step_bytes("proxy", HOUR, recording(lines, fps, rate)) / HOUR
    really = 2 * (proxy + 16e3) + scout
    assert 1.1 < asked / really < 1.7


def test_twelve_hours_in_480p_fit_on_a_laptop_with_thirty_gigabytes_free() -> None:
    half_a_day = 12 * HOUR
    smaller = recording(480, 30, 173e3, half_a_day)
    laptop = Room(256 * 10**9, 30 * 10**9)
    assert too_full(laptop, Limits(), step_bytes("proxy", half_a_day, smaller)) is None
    larger = recording(1080, 60, 783e3, half_a_day)
    assert too_full(laptop, Limits(), step_bytes("proxy", half_a_day, larger)) is not None


def test_what_is_copied_to_be_sought_in_counts() -> None:
    stream = recording(1080, 60, 750e3, 4 * HOUR, container="mpegts")
    plain = recording(1080, 60, 750e3, 4 * HOUR)
    for step in ("proxy", "scene_detect"):
        more = step_bytes(step, 4 * HOUR, stream) - step_bytes(step, 4 * HOUR, plain)
        assert more == pytest.approx(stream["size"], abs=2)
    assert step_bytes("audio", 4 * HOUR, stream) > step_bytes("audio", 4 * HOUR, plain)


def test_a_clip_of_a_clock_that_jumps_asks_for_its_part_of_it() -> None:
    stream = recording(1080, 60, 750e3, 4 * HOUR, container="mpegts")
    still = step_bytes("render", 20.0, stream)
    jumping = step_bytes("render", 20.0, {**stream, "jumps": True})
    assert 30e6 < jumping - still < 100e6
    assert jumping < GIB
