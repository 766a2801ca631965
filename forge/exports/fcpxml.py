"""A cut list as FCPXML 1.9, which Final Cut Pro and DaVinci Resolve read.

OpenTimelineIO's own adapter for it knows 23.976 as 23.98 only, cuts rates down to whole numbers,
and starts an ffprobe of its own on the recording. Every time here is a whole number of frames as
an exact fraction of a second.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

from forge.exports.cutlist import CutList

#: Sample rates as a sequence may name them.
_AUDIO_RATES = {32_000: "32k", 44_100: "44.1k", 48_000: "48k", 88_200: "88.2k", 96_000: "96k"}


def fcpxml(found: CutList) -> str:
    """One project with one sequence: the recording's kept spans, end to end."""
    root = ElementTree.Element("fcpxml", version="1.9")
    resources = ElementTree.SubElement(root, "resources")
    width, height = found.size
    ElementTree.SubElement(
        resources,
        "format",
        id="r1",
        name="FFVideoFormatRateUndefined",
        frameDuration=seconds(1, found.fps),
        width=str(width),
        height=str(height),
    )
    asset = ElementTree.SubElement(
        resources,
        "asset",
        id="r2",
        name=text(found.recording),
        start="0s",
        duration=seconds(found.length, found.fps),
        hasVideo="1",
        format="r1",
    )
    if found.audio_rate is not None:
        sound = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2"}
        asset.attrib.update(sound, audioRate=str(found.audio_rate))
    ElementTree.SubElement(asset, "media-rep", kind="original-media", src=found.url)
    event = ElementTree.SubElement(
        ElementTree.SubElement(root, "library"), "event", name=text(found.recording)
    )
    project = ElementTree.SubElement(event, "project", name=text(found.title))
    total = sum(last - first for first, last in found.spans)
    sequence = ElementTree.SubElement(
        project,
        "sequence",
        format="r1",
        duration=seconds(total, found.fps),
        tcStart="0s",
        tcFormat="NDF",
        audioLayout="stereo",
        audioRate=_AUDIO_RATES.get(found.audio_rate or 0, "48k"),
    )
    if found.note:
        ElementTree.SubElement(sequence, "note").text = found.note
    spine = ElementTree.SubElement(sequence, "spine")
    offset = 0
    for first, last in found.spans:
        clip = ElementTree.SubElement(
            spine,
            "asset-clip",
            ref="r2",
            name=text(found.recording),
            offset=seconds(offset, found.fps),
            start=seconds(first, found.fps),
            duration=seconds(last - first, found.fps),
            format="r1",
            tcFormat="NDF",
        )
        if found.note and offset == 0:
            ElementTree.SubElement(
                clip,
                "marker",
                start=seconds(first, found.fps),
                duration=seconds(1, found.fps),
                value=found.note,
            )
        offset += last - first
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'


def seconds(frames: int, fps: Fraction) -> str:
    """A number of frames as FCPXML writes times: ``1001/30000s``."""
    if frames == 0:
        return "0s"
    return f"{frames * fps.denominator}/{fps.numerator}s"


def text(value: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(each for each in value if each.isprintable()) or "Clip"
