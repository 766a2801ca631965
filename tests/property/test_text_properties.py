"""Parsers and names hold their promises for any text.

Rules of this file: pure functions; hypothesis looks for the text that breaks them, and a failing
example is kept as an @example.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forge.edge.security import host_allowed, origin_allowed, token_matches
from forge.layout.presets import PRESETS
from forge.media.progress import ProgressReader
from forge.naming import export_name

any_text = st.text(st.characters(exclude_categories=()))


@given(any_text, any_text, st.floats(0, 1e6), st.sampled_from([*PRESETS, "other"]))
@example("vod\u202e4pm.mp4", '-rf {\\an8}\n<b>"', 0.0, "9:16")
def test_export_names_fit_every_file_system(
    recording: str, title: str, start: float, preset: str
) -> None:
    name = export_name(recording, title, start, preset)
    assert name == name.strip(" .-")
    assert 0 < len(name.encode()) <= 150
    assert not set(name) & set('<>:"/\\|?*\x00\n\r\t\x85\u202a\u202e\u2066\u200f\ufeff')


@given(st.lists(st.text()))
def test_the_progress_reader_takes_any_lines(lines: list[str]) -> None:
    reader = ProgressReader()
    for line in lines:
        point = reader.feed(line)
        assert point is None or point.seconds >= 0


@given(
    st.lists(
        st.tuples(st.integers(0, 10**12), st.one_of(st.none(), st.floats(0.01, 1000))), min_size=1
    )
)
def test_the_progress_reader_reads_back_what_ffmpeg_writes(
    blocks: list[tuple[int, float | None]],
) -> None:
    """Its time may step back by a frame, from one stream to the other: progress never does."""
    reader = ProgressReader()
    furthest = 0
    for microseconds, speed in blocks:
        furthest = max(furthest, microseconds)
        reader.feed(f"out_time_us={microseconds}")
        reader.feed(f"speed={'N/A' if speed is None else f' {speed}x'}")
        point = reader.feed("progress=continue")
        assert point is not None
        assert point.seconds == furthest / 1e6
        assert point.speed == speed


@given(st.text())
def test_no_stray_text_opens_the_door(text: str) -> None:
    hosts = {"127.0.0.1:1"}
    assert not host_allowed(text, hosts) or text == "127.0.0.1:1"
    if origin_allowed(text, hosts):
        assert text.lower() in ("http://127.0.0.1:1", "https://127.0.0.1:1")
    assert not token_matches(text, "a token that nobody guesses")


def test_a_time_in_a_title_stays_one_in_a_file_name() -> None:
    name = export_name("vod.mp4", "Moment at 1:02:08: wow", 6.0, "9:16")
    assert name == "vod - Moment at 1.02.08 wow - 0m06s - 9x16"


@pytest.mark.parametrize(
    ("title", "start", "name"),
    [
        ("Laughter at 12:35", 751.4, "vod - Laughter - 12m31s - 9x16"),
        ("Moment at 1:02:08", 3725.0, "vod - Moment - 1h02m05s - 9x16"),
        ("What was that? I won!", 6.0, "vod - What was that. I won! - 0m06s - 9x16"),
        ("Really?", 6.0, "vod - Really - 0m06s - 9x16"),
        # Its own writer's time, not that of the recording.
        ("Friday at 5:30", 751.0, "vod - Friday at 5.30 - 12m31s - 9x16"),
        ("at 12:35", 751.0, "vod - at 12.35 - 12m31s - 9x16"),
    ],
)
def test_a_file_is_named_as_a_person_would(title: str, start: float, name: str) -> None:
    assert export_name("vod.mp4", title, start, "9:16") == name


def test_a_long_title_is_cut_between_words() -> None:
    name = export_name("vod.mp4", "Очень длинное название для очень длинного клипа", 0.0, "9:16")
    assert name == "vod - Очень длинное название для очень - 0m00s - 9x16"
    # Words are not told apart here: what fits is kept.
    name = export_name("vod.mp4", "長" * 40, 0.0, "9:16")
    assert name == f"vod - {'長' * 20} - 0m00s - 9x16"
