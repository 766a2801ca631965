"""A recording in high dynamic range looks as it should on any screen.

Rules of this file: colours that are known in BT.709 are put into PQ and HLG by zscale's
mathematics, encoded in ten bits as recorders do, and looked for in what comes out. ffmpeg and PyAV
are the real ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import probe, proxy

WIDTH, HEIGHT = 320, 180
#: Each fills a quarter of the picture, side by side. Then what it should be: white is pressed to
#: make room for what is brighter, nothing below half of its light changes.
COLOURS = {0x808080: (128,) * 3, 0x404040: (64,) * 3, 0xA03030: (164, 54, 46), 0xFFFFFF: (227,) * 3}
TOLERANCE = 8


def make_hdr(path: Path, curve: str, *options: str) -> None:
    patches = [
        f"color=0x{colour:06x}:s={WIDTH // 4}x{HEIGHT}:r=30:d=1[p{place}]"
        for place, colour in enumerate(COLOURS)
    ]
    names = "".join(f"[p{place}]" for place in range(len(COLOURS)))
    tagged = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    lit = f"format=yuv444p10le,{tagged},zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020"
    coded = f"zscale=t={curve}:m=bt2020nc:r=tv:npl=203,format=yuv420p10le"
    ffmpeg.run(
        [
            *("-f", "lavfi", "-i", ";".join([*patches, f"{names}hstack=4,{lit},{coded}"])),
            *("-c:v", "libx265", "-preset", "ultrafast"),
            *("-x265-params", "log-level=none", "-crf", "5", *options, str(path)),
        ],
        duration=1,
    )


def check(picture: np.ndarray) -> None:
    """Looks at the middle of each patch of an RGB picture."""
    height, width = picture.shape[:2]
    for place, (colour, expected) in enumerate(COLOURS.items()):
        x, y = round(width * (place + 0.5) / len(COLOURS)), height // 2
        found = picture[y - 3 : y + 3, x - 3 : x + 3].reshape(-1, 3).mean(axis=0)
        assert found == pytest.approx(expected, abs=TOLERANCE), f"{colour:06x}"


def first_picture(path: Path) -> np.ndarray:
    """In RGB. What it says of its colours must be BT.709, which players take for granted."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "yuv420p"
        assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1)
        return frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()


@pytest.mark.parametrize(
    ("curve", "options"),
    [
        ("smpte2084", []),
        ("arib-std-b67", []),
        ("smpte2084", ["-bsf:v", "hevc_metadata=colour_primaries=2:matrix_coefficients=2"]),
    ],
    ids=["PQ", "HLG", "PQ that says no more of its colours"],
)
def test_the_copies_and_the_clip_are_of_the_standard_range(
    tmp_path: Path, rendered: Callable[..., Any], curve: str, options: list[str]
) -> None:
    source = tmp_path / "hdr.mp4"
    make_hdr(source, curve, *options)
    folder = tmp_path / "copies"
    folder.mkdir()
    facts = probe.run(Spec("probe", source, folder, folder), no_report)
    assert facts["video"]["hdr"] == curve
    proxy.run(
        Spec("proxy", source, folder, folder, {"probe.json": folder / "probe.json"}), no_report
    )
    check(first_picture(folder / "proxy.mp4"))
    index = json.loads((folder / "thumbs.json").read_text("utf-8"))
    with av.open(str(folder / "thumbs_000.jpg")) as sheet:
        tiles = next(sheet.decode(video=0)).to_ndarray(format="rgb24")
    check(tiles[: index["height"], : index["width"]])
    whole = {"kind": "gameplay", "rect": {"x": 0, "y": 0, "w": 1, "h": 1}}
    clip = rendered(source, 0.0, 0.2, presets=("source",), zones=[whole])
    check(first_picture(clip.path / "clip.mp4"))


def test_an_ordinary_recording_is_not_touched(tmp_path: Path, make: Callable[..., Path]) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=64x64:r=30:d=0.2")
    assert probe.run(Spec("probe", source, tmp_path, tmp_path), no_report)["video"]["hdr"] is None


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1
