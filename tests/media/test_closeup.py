"""Stretches of a recording in full, against all of its pictures decoded in one go.

Rules of this file: the recordings come from ffmpeg's own sources, and PyAV decodes each of them
once from end to end; whatever stretches are asked for, in whatever order, must hold the same
pictures.
"""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.media import closeup as closeups
from forge.media import ffmpeg
from forge.media.closeup import Closeup
from forge.media.doubts import Doubts
from forge.media.seekable import Seekable, seekable
from forge.spec import Spec
from forge.steps import probe

#: Each picture has a shade of its own, and keyframes are neither regular nor near.
GRAPH = "color=black:s=64x36:r=50:d=6,format=gray,geq=lum='16+mod(N*7\\,220)',format=yuv420p"
PYRAMID = ["-bf", "3", "-b_strategy", "0", "-x264-params", "b-pyramid=normal:scenecut=0"]
X264 = ["-c:v", "libx264", "-preset", "fast", "-crf", "1", "-g", "70", *PYRAMID]

Pictures = list[tuple[float, float]]


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def recording(folder: Path, name: str) -> Seekable:
    late = ["-itsoffset", "0.3"] if name.endswith("mkv") else []
    tone = ["-f", "lavfi", "-i", "sine=440:d=6", "-c:a", "aac"]
    source = folder / name
    ffmpeg.run([*late, "-f", "lavfi", "-i", GRAPH, *tone, *X264, str(source)], duration=1)
    facts = probe.run(Spec("probe", source, folder, folder), no_report)
    return seekable(source, facts, folder, no_report)


def shade(frame: av.VideoFrame) -> float:
    return float(np.mean(frame.to_ndarray(format="gray")))


def everything(source: Seekable) -> Pictures:
    with av.open(str(source.path)) as container:
        frames = container.decode(container.streams[source.video])
        return [(float(frame.time) - source.start, shade(frame)) for frame in frames]


SPANS = ((1.0, 1.2), (1.5, 1.52), (4.0, 4.4), (4.42, 4.5), (0.3, 0.4), (5.8, 9.0), (2.2, 2.3))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_a_stretch_holds_every_picture_in_it(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closeups, "_BREATH", 16)
    source = recording(tmp_path, name)
    whole = everything(source)
    breaths = 0

    def alive() -> None:
        nonlocal breaths
        breaths += 1

    with closing(Closeup(source, alive)) as closeup:
        for start, end in SPANS:
            found = [(time, shade(frame)) for time, frame in closeup.frames(start, end)]
            expected = [each for each in whole if start - 1e-4 <= each[0] <= end + 1e-4]
            assert [time for time, _ in found] == pytest.approx([time for time, _ in expected])
            assert [each for _, each in found] == pytest.approx([each for _, each in expected])
            assert found
    assert breaths > 0


def test_a_recording_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="cannot be read any more"):
        Closeup(Seekable(tmp_path / "gone.mp4", 0, 0.0), lambda: None)


@given(st.lists(st.booleans(), max_size=80), st.integers(0, 3), st.floats(0, 5))
def test_every_doubt_lies_in_a_stretch_with_its_neighbours(
    doubted: list[bool], more: int, apart: float
) -> None:
    behind = 2
    around = behind + more
    doubts = Doubts(behind, around, apart)
    told = [each and place >= behind for place, each in enumerate(doubted)]
    spans = [doubts.add(float(time), each) for time, each in enumerate(told)]
    found = [span for span in [*spans, doubts.finish()] if span is not None]
    last = len(doubted) - 1
    near = [
        (max(0, at - behind - around), min(last, at - behind + around))
        for at, each in enumerate(told)
        if each
    ]
    # All of them are in one, nothing is in one without need, and stretches are apart.
    assert all(any(a <= start and end <= b for a, b in found) for start, end in near)
    assert {a for a, _ in found} <= {start for start, _ in near}
    assert {b for _, b in found} <= {end for _, end in near}
    assert all(after[0] - before[1] > apart for before, after in pairwise(found))
