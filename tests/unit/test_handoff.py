"""Cut lists: whole frames at broadcast rates, and what is said of a variable one.

Rules of this file: pure functions on made probes; times are read back as exact fractions.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio import adapters

from forge.exports.fcpxml import fcpxml
from forge.exports.handoff import CutList, cut_list, file_url, otio
from forge.exports.plan import make_plan
from forge.steps.spec import Spec

RATES = {
    23.976: Fraction(24000, 1001),
    25.0: Fraction(25),
    29.97: Fraction(30000, 1001),
    59.94: Fraction(60000, 1001),
    60.0: Fraction(60),
}


def made(
    fps: float,
    start: float,
    end: float,
    cuts: list[tuple[float, float]] | None = None,
    *,
    vfr: bool = False,
    title: str = "No way!",
) -> CutList:
    video = {"index": 0, "width": 1920, "height": 1080, "fps": fps, "vfr": vfr}
    probe = {"duration": 14_400.0, "video": video, "audio": {"index": 1, "sample_rate": 44_100}}
    clip = {
        "start": start,
        "end": end,
        "title": title,
        "cuts": [{"start": first, "end": last} for first, last in cuts or []],
    }
    recording = {"name": "friday.mkv", "path": "/streams/50% & more/friday #1.mkv"}
    params: dict[str, Any] = {"clip": clip, "presets": ["9:16"], "recording": recording}
    spec = Spec("render", Path("a.mkv"), Path("out"), Path("checkpoint"), {}, params)
    return cut_list(spec, probe, make_plan(spec, probe))


def frames(text: str, fps: Fraction) -> int:
    """A time of FCPXML in frames, which it must be a whole number of."""
    value = Fraction(text.removesuffix("s")) * fps
    assert value.denominator == 1, text
    return int(value)


@pytest.mark.parametrize("fps", RATES)
def test_every_time_is_a_whole_frame_three_hours_in(fps: float) -> None:
    exact = RATES[fps]
    found = made(fps, 10_800.5, 10_830.25, [(10_805.0, 10_806.5), (10_820.0, 10_820.9)])
    assert found.fps == exact
    begin = round(10_800.5 * exact)
    assert found.spans[0][0] == begin
    for (first, last), (start, end) in zip(
        found.spans, [(10_800.5, 10_805), (10_806.5, 10_820), (10_820.9, 10_830.25)], strict=True
    ):
        assert abs(first - start * exact) <= 1
        assert abs(last - end * exact) <= 1

    root = ElementTree.fromstring(fcpxml(found).split("\n", 2)[2])
    assert Fraction(root.find(".//format").get("frameDuration")[:-1]) == 1 / exact
    clips = root.findall(".//asset-clip")
    spans, place = [], 0
    for clip in clips:
        first, length = (frames(clip.get(name), exact) for name in ("start", "duration"))
        assert frames(clip.get("offset"), exact) == place
        spans.append((first, first + length))
        place += length
    assert spans == list(found.spans)
    assert frames(root.find(".//sequence").get("duration"), exact) == place

    timeline = adapters.read_from_string(otio(found), "otio_json")
    picture, sound = timeline.tracks
    assert (picture.kind, sound.kind) == ("Video", "Audio")
    for track in (picture, sound):
        ranges = [clip.source_range for clip in track]
        assert [
            (each.start_time.value, each.end_time_exclusive().value) for each in ranges
        ] == spans
        assert {each.start_time.rate for each in ranges} == {float(exact)}
    assert not picture[0].markers


def test_the_original_recording_is_named() -> None:
    found = made(60.0, 1.0, 2.0)
    assert found.url == "file:///streams/50%25%20%26%20more/friday%20%231.mkv"
    timeline = adapters.read_from_string(otio(found), "otio_json")
    [clip] = timeline.tracks[0]
    assert clip.media_reference.target_url == found.url
    assert clip.name == "friday.mkv"
    assert file_url("C:\\streams\\a b.mkv") == "file:///C:/streams/a%20b.mkv"
    root = ElementTree.fromstring(fcpxml(found).split("\n", 2)[2])
    assert root.find(".//media-rep").get("src") == found.url
    assert root.find(".//asset").get("audioRate") == "44100"


def test_a_variable_rate_is_conformed_and_says_so() -> None:
    found = made(47.3, 1.0, 2.0, vfr=True)
    assert found.fps == 60
    assert made(21.0, 1.0, 2.0, vfr=True).fps == 30
    said = "Variable frame rate: conformed to 60 frames a second"
    timeline = adapters.read_from_string(otio(found), "otio_json")
    assert timeline.tracks[0][0].markers[0].name == said
    assert timeline.metadata["forge"]["variable_frame_rate"] is True
    assert json.loads(otio(found))["metadata"]["forge"]["note"] == said
    assert f'value="{said}"' in fcpxml(found)


@given(st.text(max_size=60))
def test_any_title_is_text(title: str) -> None:
    found = made(30.0, 1.0, 2.0, title=title)
    root = ElementTree.fromstring(fcpxml(found).split("\n", 2)[2])
    assert root.find(".//project").get("name")
    adapters.read_from_string(otio(found), "otio_json")
