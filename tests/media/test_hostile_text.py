"""Words, titles and file names full of markup are text, and nothing else, wherever they get.

Rules of this file: the steps' own functions read and write real files; what is asserted is their
text. That libass then draws the words where they belong is in test_render_captions.py.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.captions.burning import write_captions
from forge.captions.fonts import FONTS
from forge.captions.layout import caption_layout
from forge.captions.styles import Style
from forge.captions.subtitles import srt, subtitles, vtt
from forge.captions.timeline import timeline
from forge.captions.words import Word, clip_words
from forge.errors import ForgeError
from forge.exports.plan import Format, make_plan
from forge.media import ffmpeg
from forge.media.seek import leads
from forge.media.source import check_source
from forge.model import Captions
from forge.naming import export_name
from forge.spec import Spec
from forge.steps import audio, probe

Make = Callable[..., Path]

HOSTILE = (
    r"{\an8\pos(0,0)\fs300}",
    r"{\p1}m",
    r"\Nline\nbreak\hhard",
    "a\r\nDialogue: 0,0:00:00.00,9:59:59.00,caption,,0,0,0,,x",
    "[Events]\u2028Comment:",
    "{",
    "}{\\1c&H0000FF&",
    "<script>alert('x')</script>",
    "00:00:00,000 --> 99:00:00,000",
    "NOTE\n\nSTYLE\n\nREGION",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m",
    "\ud800",
    "\"quotes' `$(id)` %{pts} %d",
)
#: What can move, hide or end a line, in any of the three formats.
BREAKING = set("\r\x00\x0b\x0c\x1b\x85\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufeff")
#: An event: one block of tags that place, name a font, colour, outline and sweep, then letters;
#: or a box, which is drawn of numbers.
EVENT = re.compile(
    r"Dialogue: [0-9],[0-9:.]{10},[0-9:.]{10},caption,,0,0,0,,"
    r"(?:\{\\pos\([0-9.,-]+\)\\fnforge-[A-Za-z-]+\\fs[0-9.]+(?:\\[1-4]c&H[0-9A-F]{8}&|"
    r"\\bord[0-9.]+|\\clip\([0-9.,-]+\)|\\t\([0-9]+,[0-9]+,\\clip\([0-9.,-]+\)\)|"
    r"\\(?:k|K|kf|ko)[0-9]+)*\}[^{}\\]+"
    r"|\{\\pos\(0,0\)\\p4\\1c&H[0-9A-F]{8}&\\1a&H[0-9A-F]{2}&\}[mlbnspc0-9 -]+)"
)
PROBE = {
    "duration": 60.0,
    "audio": {"index": 1},
    "video": {"index": 0, "width": 320, "height": 180, "fps": 30.0, "vfr": False},
}


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Takes progress and does nothing."""


def spoken(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"word": text, "start": 0.3 * at, "end": 0.3 * at + 0.25} for at, text in enumerate(texts)
    ]


def planned(folder: Path, texts: tuple[str, ...], style: str = "bold") -> Format:
    transcript = folder / "transcript.json"
    transcript.write_text(json.dumps({"words": spoken(texts)}), "utf-8")
    clip = {"start": 0.0, "end": 5.0, "captions": {"style": style, "enabled": True}}
    spec = Spec("render", folder, folder, folder, {"transcript.json": transcript}, {"clip": clip})
    [made] = make_plan(spec, PROBE).formats
    return made


@pytest.mark.skipif(
    not (FONTS / Style.BOLD.look.file).is_file(), reason="the build has not copied the fonts"
)
@pytest.mark.parametrize("style", [style.name.lower() for style in Style])
def test_the_script_that_libass_reads_holds_no_tag_but_ours(tmp_path: Path, style: str) -> None:
    made = planned(tmp_path, HOSTILE, style)
    captions = Captions(style=style)
    layout = caption_layout(
        made.words, made.time.duration, captions, made.output.size, made.time.fps
    )
    write_captions(layout, tmp_path)
    lines = (tmp_path / "captions.ass").read_text("utf-8").split("\n")
    events = lines[lines.index("[Events]") + 2 : -1]
    assert len(events) > len(HOSTILE)
    for line in events:
        assert EVENT.fullmatch(line), line
        assert not set(line) & BREAKING
    sections = [line for line in lines if line.startswith("[")]
    assert sections == ["[Script Info]", "[V4+ Styles]", "[Events]"]


def words(texts: list[str]) -> list[Word]:
    """The words as a clip has them."""
    time = timeline(0.0, 60.0, [], Fraction(30))
    return clip_words(spoken(tuple(texts)), time)


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30)), max_size=12))
def test_subtitle_files_hold_their_own_markup_alone(texts: list[str]) -> None:
    found = subtitles(words(texts), 60.0, 30.0)
    for text, arrow in ((srt(found), ","), (vtt(found), ".")):
        assert not set(text) & BREAKING
        assert not re.search(r"<[A-Za-z/!]", text)
        assert "{" not in text
        assert "\\" not in text
        times = [line for line in text.split("\n") if "-->" in line]
        assert len(times) == len(found)
        clock = rf"\d\d:\d\d:\d\d\{arrow}\d{{3}}"
        assert all(re.fullmatch(f"{clock} --> {clock}", line) for line in times)
    # Nothing may stand alone where a block of the format could begin.
    blocks = vtt(found).split("\n\n")
    assert len(blocks) == len(found) + 1 or not found


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_becomes_a_plain_file_name(tmp_path: Path, title: str) -> None:
    name = export_name(f"../../{title}", title, 12.0, "9:16")
    assert not set(name) & (BREAKING | set('/\\:*?"<>|\n'))
    path = tmp_path / f"{name}.mp4"
    path.write_bytes(b"")
    assert [each.name for each in tmp_path.iterdir()] == [f"{name}.mp4"]
    assert not name.startswith(("-", "."))


NAMES = (
    "-y.mp4",
    "line\nbreak.mp4",
    'it\'s "quoted" `$(id)`; [0:v]movie=x,null[out].mp4',
    "%d%03d%%.mp4",
    "concat:a|b.mp4",
    "a:b\\,=#.mp4",
    "\u202e4pm.mp4",
    "ü" * 125 + ".mp4",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_only_a_name(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Probed, measured, sought in and decoded like any other, next to files that it may mean."""
    plain = make(tmp_path / "plain.mp4", "testsrc2=s=64x64:r=30:d=1", "sine=d=1")
    folder = tmp_path / "upload"
    folder.mkdir()
    path = folder / name
    path.write_bytes(plain.read_bytes())
    for other in ("a", "b.mp4", "1.mp4", "x"):
        (folder / other).write_text("this is what must not be read")
    assert check_source(path) == plain.stat().st_size
    monkeypatch.chdir(folder)
    spec = Spec("probe", Path(name), tmp_path, tmp_path)
    facts = probe.run(spec, quiet)
    assert facts["duration"] == pytest.approx(1.0, abs=0.1)
    audio.run(
        Spec("audio", Path(name), tmp_path, tmp_path, {"probe.json": tmp_path / "probe.json"}),
        quiet,
    )
    assert leads(path, 0, [0.5])[0] >= 0.0
    assert ffmpeg.run(
        [*ffmpeg.source_args(path), "-map", "0:v:0", "-frames:v", "2", "-f", "null", "-"],
        duration=1,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_refused_before_anything_else(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.mp4"))
    path.write_bytes(b"a recording")
    with pytest.raises(ForgeError) as caught:
        check_source(path)
    assert caught.value.code == "bad_file_name"
    caught.value.message.encode()
    assert "Rename" in caught.value.hint
