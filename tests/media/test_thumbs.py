"""Thumbnails: each tile shows the picture of its second.

Rules of this file: the scout is made by ffmpeg's own sources, and each second of it has a shade of
its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.media import ffmpeg, thumbs
from forge.media.thumbs import interval, write_thumbs


def scout(path: Path, seconds: int, *filters: str) -> Path:
    """Its shade is 20 and goes up by one every second."""
    graph = ",".join([f"nullsrc=s=256x144:r=10:d={seconds},geq=lum='20+floor(T)':cb=128:cr=128"])
    args = ["-f", "lavfi", "-i", graph, "-vf", ",".join(["format=yuv420p", *filters])]
    args += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-g", "20"]
    ffmpeg.run([*args, "-fps_mode", "passthrough", str(path)], duration=seconds)
    return path


def tiles(folder: Path) -> list[float]:
    """The mean shade of each tile, in studio range."""
    index = json.loads((folder / "thumbs.json").read_text())
    shades = []
    for name in index["sheets"]:
        with av.open(str(folder / name)) as container:
            sheet = next(container.decode(video=0)).to_ndarray(format="gray")
        for place in range(index["columns"] * index["rows"]):
            down, across = divmod(place, index["columns"])
            top, left = down * index["height"], across * index["width"]
            shades.append(float(sheet[top : top + 90, left : left + 160].mean()))
    return [shade * 219 / 255 + 16 for shade in shades[: index["count"]]]


def test_a_tile_shows_its_second_on_as_many_sheets_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbs, "ROWS", 2)
    write_thumbs(scout(tmp_path / "scout.mp4", 51), (256, 144), 51.0, tmp_path)
    index = json.loads((tmp_path / "thumbs.json").read_text())
    assert (index["interval"], index["width"], index["height"]) == (2, 160, 90)
    assert index["count"] == 26
    assert index["sheets"] == ["thumbs_000.jpg", "thumbs_001.jpg"]
    assert tiles(tmp_path) == pytest.approx([20 + 2 * place for place in range(26)], abs=1.0)


def test_a_picture_that_starts_late_or_stands_still_leaves_no_hole(tmp_path: Path) -> None:
    source = scout(tmp_path / "scout.mp4", 12, "select='between(t,3,4)+gte(t,11)'")
    write_thumbs(source, (256, 144), 20.0, tmp_path)
    shown = tiles(tmp_path)
    assert len(shown) == 10
    assert min(shown) > 19
    assert shown[0] == pytest.approx(23, abs=1.5)


@given(st.floats(0.1, 7 * 86400, allow_nan=False))
def test_the_distance_of_tiles_fits_the_length(duration: float) -> None:
    step = interval(duration)
    assert 2 <= step <= 10
    assert duration / step <= 1200 or step == 10
    assert step == 2 or duration / (step - 1) > 1200
