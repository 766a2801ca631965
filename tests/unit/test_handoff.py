"""Cut lists: whole frames at broadcast rates, and what is said of a variable one.

Rules of this file: pure functions on made probes; times are read back as exact fractions.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio import adapters

from forge.exports.cutlist import CutList, cut_list, file_url
from forge.exports.fcpxml import fcpxml
from forge.exports.handoff import otio
from forge.exports.plan import make_plan
from forge.spec import Spec

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


class Allowed(NamedTuple):
    """What the DTD of FCPXML 1.9 to 1.11 lets an element hold, as far as FORGE writes it."""

    #: Children in their order, as a regular expression over ``<name>``.
    children: str
    needed: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


PLACED = _names("name offset start duration enabled lane")
DTD = {
    "fcpxml": Allowed("(<resources>)?(<library>)", _names("version")),
    "resources": Allowed("(<asset>|<format>)*"),
    "format": Allowed(
        "",
        _names("id"),
        _names("name frameDuration fieldOrder width height paspH paspV colorSpace"),
    ),
    "asset": Allowed(
        "(<media-rep>)+(<metadata>)?",
        _names("id"),
        _names(
            "name uid start duration hasVideo format hasAudio videoSources audioSources"
            " audioChannels audioRate"
        ),
    ),
    "media-rep": Allowed("(<bookmark>)?", _names("src"), _names("kind sig suggestedFilename")),
    "library": Allowed("(<event>)*", frozenset(), _names("location colorProcessing")),
    "event": Allowed("(<project>|<asset-clip>)*", frozenset(), _names("name uid")),
    "project": Allowed("<sequence>", frozenset(), _names("name uid id modDate")),
    "sequence": Allowed(
        "(<note>)?<spine>(<metadata>)?",
        _names("format"),
        _names("duration tcStart tcFormat audioLayout audioRate keywords"),
    ),
    "note": Allowed(""),
    "spine": Allowed("(<asset-clip>|<gap>)*", frozenset(), PLACED | _names("format")),
    "asset-clip": Allowed(
        "(<note>)?(<marker>)*",
        _names("ref"),
        PLACED | _names("srcEnable audioStart audioDuration format tcStart tcFormat audioRole"),
    ),
    "marker": Allowed("", _names("start value"), _names("duration completed note")),
}
CHOICES = {
    "tcFormat": {"DF", "NDF"},
    "audioLayout": {"mono", "stereo", "surround"},
    "kind": {"original-media", "proxy-media"},
}


def check_against_the_dtd(written: str, fps: Fraction) -> None:
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    root = ElementTree.fromstring(written.split("\n", 2)[2])
    known = {element.get("id") for element in root.iter() if element.get("id") is not None}
    for element in root.iter():
        allowed = DTD[element.tag]
        assert re.fullmatch(allowed.children, "".join(f"<{child.tag}>" for child in element))
        names = set(element.attrib)
        assert allowed.needed <= names <= allowed.needed | allowed.further, element.tag
        for name, value in element.attrib.items():
            if name in CHOICES:
                assert value in CHOICES[name]
            elif name in ("ref", "format"):
                assert value in known, "a reference to nothing"
            elif name in ("start", "duration", "offset", "tcStart", "frameDuration"):
                assert re.fullmatch(r"\d+(/\d+)?s", value)
                assert frames(value, fps) >= 0
        if element.tag == "sequence":
            assert element.get("audioRate") in ("32k", "44.1k", "48k", "88.2k", "96k")
        if element.tag == "asset-clip":
            [asset] = root.findall(".//asset")
            end = sum(frames(str(element.get(name)), fps) for name in ("start", "duration"))
            assert end <= frames(str(asset.get("duration")), fps), "beyond the recording"


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


@given(
    st.sampled_from([*RATES, 23.98, 30.0, 47.3, 120.0]),
    st.booleans(),
    st.floats(0, 14_000),
    st.floats(0.5, 390),
    st.lists(st.tuples(st.floats(0, 14_400), st.floats(0.02, 60)), max_size=4),
)
def test_the_cut_list_keeps_to_the_dtd(
    fps: float, vfr: bool, start: float, length: float, gaps: list[tuple[float, float]]
) -> None:
    cuts = [(at, at + gap) for at, gap in gaps if at > start + 0.3 or at + gap < start]
    found = made(fps, start, start + length, cuts, vfr=vfr)
    check_against_the_dtd(fcpxml(found), found.fps)


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
