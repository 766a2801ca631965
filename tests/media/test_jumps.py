"""Recordings whose clock jumps: where reading may begin, and what an export copies of them.

Rules of this file: transport streams that ffmpeg made, joined byte by byte; the judge is a copy of
the whole recording, for which ffmpeg itself mended the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from forge.media import ffmpeg
from forge.media.excerpt import MARGIN, excerpt
from forge.spec import Spec
from forge.steps import probe

#: How long each part lasts, and where its clock begins: forwards, backwards, and over again.
PARTS = ((50, 10), (8, 2000), (9, 3), (55, 3), (12, 10_000))
LENGTH = sum(length for length, _ in PARTS)
Known = tuple[Spec, dict[str, Any]]


def _quiet(fraction: float, *, speed: float | None = None) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module", params=["mpegts", "mpeg"])
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Known:
    """A recording with four jumps, and what the probe says of it."""
    folder = tmp_path_factory.mktemp("jumps")
    source = folder / "joined"
    codec = {
        "mpegts": (("libx264", "-preset", "ultrafast"), "aac"),
        "mpeg": (("mpeg2video",), "mp2"),
    }[request.param]
    for length, start in PARTS:
        part = folder / "part"
        ffmpeg.run(
            [
                *("-f", "lavfi", "-i", f"testsrc2=s=64x36:r=15000/1001:d={length}"),
                *("-f", "lavfi", "-i", f"anoisesrc=r=44100:a=0.1:seed={start},atrim=0:{length}"),
                *("-map", "0", "-map", "1", "-c:v", *codec[0], "-g", "25", "-bf", "2"),
                *("-c:a", codec[1], "-output_ts_offset", str(start)),
                *("-f", request.param, str(part)),
            ],
            duration=length,
        )
        with source.open("ab") as joined:
            joined.write(part.read_bytes())
    out = folder / "out"
    out.mkdir()
    spec = Spec("probe", source, out, out)
    return spec, probe.run(spec, _quiet)


@pytest.fixture(scope="module")
def judged(known: Known) -> dict[int, list[tuple[float, int]]]:
    """When ffmpeg shows each picture and plays each sound: all of them, by stream."""
    spec, facts = known
    copy = spec.outputs / "whole.mkv"
    wanted = (facts["video"]["index"], facts["audio"]["index"])
    maps = [word for index in wanted for word in ("-map", f"0:{index}")]
    ffmpeg.run(
        ["-fflags", "+genpts", *ffmpeg.source_args(spec.source), *maps, "-c", "copy", str(copy)],
        duration=LENGTH,
    )
    return _packets(copy)


def _packets(path: Path) -> dict[int, list[tuple[float, int]]]:
    """Seconds from the file's beginning and a hash of the packet's bytes, by stream."""
    with av.open(str(path)) as container:
        begin = (container.start_time or 0) / av.time_base
        found: dict[int, list[tuple[float, int]]] = {0: [], 1: []}
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None and packet.size:
                at = float(packet.pts * packet.time_base) - begin
                found[packet.stream_index].append((at, hash(bytes(packet))))
    return found


def test_marks_are_few_calm_and_in_order(known: Known) -> None:
    _, facts = known
    assert facts["jumps"]
    assert facts["duration"] == pytest.approx(LENGTH, abs=1.0)
    times = [mark[0] for mark in facts["marks"]]
    assert times[0] == 0.0
    assert 3 <= len(times) <= LENGTH / 20 + 1
    assert all(after - before >= 20 for before, after in pairwise(times))
    seams = [sum(length for length, _ in PARTS[:place]) for place in range(1, len(PARTS))]
    assert all(abs(time - seam) > 4 for time in times for seam in seams)


@pytest.mark.parametrize("old", [False, True], ids=["marks", "a probe without marks"])
@pytest.mark.parametrize(
    "span",
    [(0.0, 3.0), (40.0, 43.0), (46.0, 70.0), (64.0, 68.0), (100.0, 110.0), (127.0, 133.0)],
    ids=str,
)
def test_the_copy_holds_the_clip_as_ffmpeg_mends_it(
    known: Known,
    judged: dict[int, list[tuple[float, int]]],
    tmp_path: Path,
    span: tuple[float, float],
    old: bool,
) -> None:
    spec, facts = known
    if old:
        facts = {name: value for name, value in facts.items() if name != "marks"}
    readable, places = excerpt(spec, facts, span, tmp_path, _quiet)
    found = _packets(readable.source)
    assert (places["video"]["index"], places["audio"]["index"]) == (0, 1)
    for stream, expected in judged.items():
        begin, end = span[0] - 1.0, span[1] + 1.0
        here = [each for each in found[stream] if begin <= each[0] < end]
        there = [each for each in expected if begin <= each[0] < end]
        # At a jump, ffmpeg guesses a program stream's missing times from the other side.
        told = {data for _, data in there}
        assert len(here) - len(there) <= (2 if facts["container"] == "mpeg" else 0)
        here = [each for each in here if each[1] in told]
        assert [data for _, data in here] == [data for _, data in there]
        # Matroska's clock has milliseconds.
        assert [at for at, _ in here] == pytest.approx([at for at, _ in there], abs=0.0021)
        # Marks of a program stream are fewer: not each packet says where it lies.
        apart = 80 if facts["container"] == "mpeg" else 30
        longest = span[1] - span[0] + 2 * MARGIN + apart
        late = [at for at, _ in found[stream] if at > 0.2]
        assert max(late) - min(late) < longest


def test_an_ordinary_recording_is_read_as_it_is(
    make_recording: Callable[..., Path], tmp_path: Path
) -> None:
    source = make_recording(tmp_path / "a.mp4", "testsrc2=s=64x36:r=30:d=1", "sine=d=1")
    spec = Spec("probe", source, tmp_path, tmp_path)
    facts = probe.run(spec, _quiet)
    assert "marks" not in facts
    assert excerpt(replace(spec), facts, (0.0, 1.0), tmp_path, _quiet) == (spec, facts)
