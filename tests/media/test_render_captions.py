"""The render step: burned captions and the files beside the clip.

Every test renders a clip of a second or two with the real ffmpeg and looks at what came out.
Nothing is compared with a stored file. Times are seconds of the source unless the name says
otherwise. Needs the caption fonts, which the build
puts in place.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.captions.drawing import CaptionLayout, DrawnWord
from forge.captions.fonts import FONTS, font_chain
from forge.captions.layout import caption_layout
from forge.captions.styles import Style
from forge.captions.timeline import timeline
from forge.captions.words import clip_words
from forge.model import Captions

Make = Callable[..., Path]
Render = Callable[..., Any]
FRAME = 1 / 30
pytestmark = pytest.mark.skipif(
    not (FONTS / Style.BOLD.look.file).is_file(), reason="the build has not copied the fonts"
)


def spoken(*texts: str, start: float = 0.2, each: float = 0.4) -> list[dict[str, Any]]:
    return [
        {"word": text, "start": start + at * each, "end": start + (at + 0.9) * each}
        for at, text in enumerate(texts)
    ]


def laid_out(words: list[dict[str, Any]], end: float, **captions: Any) -> CaptionLayout:
    """Where the words of a clip that starts at 0 should be."""
    time = timeline(0.0, end, [], Fraction(30))
    wish = Captions.model_validate(captions)
    found = clip_words(words, time, wish.words)
    return caption_layout(found, time.duration, wish, (1080, 1920), time.fps)


def placed(words: list[dict[str, Any]], end: float) -> list[DrawnWord]:
    return [word for cue in laid_out(words, end).cues for word in cue.words]


def test_captions_highlight_one_word_after_the_other(
    rendered: Render, make: Make, tmp_path: Path
) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=320x180:r=30:d=3", "sine=500:d=3")
    words = spoken("one", "two", "go!")
    with_words = rendered(source, 0.0, 1.6, words)
    without = rendered(source, 0.0, 1.6, words, captions={"enabled": False, "style": "bold"})
    assert with_words.files == without.files >= {"clip.mp4", "clip.srt", "clip.vtt"}
    assert with_words.result["captions"] is True
    assert with_words.result["missing_letters"] == ""
    assert without.result["captions"] is False
    assert np.ptp(without.picture(0.3)) < 12, "no captions means a plain picture"
    boxes = placed(words, 1.6)
    assert [box.text for box in boxes] == ["one", "two", "go!"]
    pictures = with_words.pictures()
    assert np.ptp(pictures[3]) < 12, "nothing is shown before the first word"
    shapes = []
    for active, seconds in enumerate((0.4, 0.8, 1.2)):
        picture = pictures[round(seconds / FRAME)].astype(int)
        bright = picture[:, :, 0] > 200
        yellow = bright & (picture[:, :, 2] < 130)
        for at, box in enumerate(boxes):
            left, right = round(box.x), round(box.x + box.width)
            share = yellow[:, left:right].sum() / bright[:, left:right].sum()
            assert (share > 0.9) if at == active else (share < 0.05), (active, at, share)
        shapes.append(bright)
    # Nothing but colours may change: the letters' edges stay where they are.
    for shape in shapes[1:]:
        assert (shape ^ shapes[0]).sum() < 0.03 * shapes[0].sum()


def test_letters_stand_where_the_layout_says(rendered: Render, make: Make, tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=320x180:r=30:d=3", "sine=500:d=3")
    for style, text in product((Style.BOLD, Style.IMPACT, Style.KARAOKE), ("HIH", "HŁH")):
        words = spoken(text, each=1.0)
        captions = {"enabled": True, "style": style.value, "middle": 0.4, "scale": 0.9}
        [cue] = laid_out(words, 1.0, **captions).cues
        [word] = cue.words
        picture = rendered(source, 0.0, 1.0, words, captions=captions).picture(0.6).astype(int)
        lit = picture.max(axis=2) > 190
        rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
        cap = font_chain(style.font_files()).main.cap_height * cue.size
        assert rows[0] == pytest.approx(0.4 * 1920 - cap / 2, abs=2.5)
        assert rows[-1] == pytest.approx(0.4 * 1920 + cap / 2, abs=2.5)
        # The side bearings of H are equal, so the ink is centred, and a little narrower.
        assert (columns[0] + columns[-1]) / 2 == pytest.approx(540, abs=2)
        assert 0 < word.width - (columns[-1] - columns[0]) < 0.2 * cue.size
        dark = np.flatnonzero((picture.max(axis=2) < 90).any(axis=1))
        assert rows[0] - dark[0] == pytest.approx(style.look.outline, abs=3)


def test_hostile_words_are_only_text(rendered: Render, make: Make, tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=320x180:r=30:d=4", "sine=500:d=4")
    hostile = [
        r"{\an8\fs300\1c&H0000FF&}BIG",
        "it's",
        '"quoted"',
        "a\nDialogue:",
        "\\N\\h",
        "%{pts}",
        "日本",
        "😀",
        "<b>",
        "-->",
        "\u202egnp.exe",
        "x" * 300,
    ]
    clip = rendered(source, 0.0, 4.0, spoken(*hostile, each=0.3))
    text = (clip.path / "clip.srt").read_text("utf-8")
    assert "{" not in text
    assert "\\" not in text
    assert text.count("-->") == (clip.path / "clip.vtt").read_text("utf-8").count("-->")
    for picture in clip.pictures()[::6]:
        seen = np.flatnonzero((np.abs(picture.astype(int) - 128) > 60).any(axis=(1, 2)))
        if len(seen):
            assert seen[0] > 1100, "no override may move the words"
            assert seen[-1] < 1500
        red = (picture[:, :, 0] > 200) & (picture[:, :, 1] < 60)
        assert not red.any(), "no override may colour the words"


def test_letters_without_a_font_are_told(rendered: Render, make: Make, tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=320x180:r=30:d=1", "sine=500:d=1")
    found = rendered(source, 0.0, 0.5, spoken("ok", "ሰላሰ", start=0.0, each=0.2))
    assert found.result["missing_letters"] == "ሰላ"


def test_sidecars_follow_the_cuts(rendered: Render, make: Make, tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", "color=gray:s=160x90:r=30:d=6", "sine=500:d=6")
    words = spoken("Gone.", start=1.1) + spoken("Kept.", start=2.5)
    clip = rendered(source, 1.0, 5.0, words, cuts=[{"start": 1.0, "end": 2.0}])
    assert clip.result["words"] == 1
    text = (clip.path / "clip.srt").read_text("utf-8")
    assert text == "1\n00:00:00,500 --> 00:00:01,360\nKept.\n"
