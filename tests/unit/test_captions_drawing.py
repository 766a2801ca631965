"""Placing words and writing them down, with fonts made here whose metrics are known.

Rules of this file: every letter of a test font is half an em wide, the space a quarter; "V"
after "A" is kerned by a tenth. Cap height 0.7, an em of 1000 units. Nothing is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont

from forge.captions import ass, fonts
from forge.captions.burning import write_captions
from forge.captions.cues import Cue
from forge.captions.drawing import CaptionLayout, DrawnCue, DrawnWord
from forge.captions.fonts import FontChain, clusters, font_chain, font_face, style_files
from forge.captions.layout import caption_layout
from forge.captions.safe_area import safe_area
from forge.captions.styles import Style
from forge.captions.typeset import Frame, typeset
from forge.captions.words import Word
from forge.errors import ForgeError
from forge.model import Captions

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!'.,()/…"
LOOK = replace(Style.BOLD.look, size=100, pitch=1.2, outline=8)
AREA = safe_area(1080, 1920)
SAFE = AREA.width * 1080
FPS = Fraction(30)


def build_font(path: Path, letters: str) -> Path:
    names = {ord(letter): f"u{ord(letter):04X}" for letter in letters} | {32: "space"}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(builder.font.getGlyphOrder(), _empty()))
    widths = {name: (250 if name == "space" else 500, 0) for name in builder.font.getGlyphOrder()}
    builder.setupHorizontalMetrics(widths)
    builder.setupHorizontalHeader(ascent=900, descent=-300)
    builder.setupOS2(usWinAscent=1100, usWinDescent=400, sCapHeight=700)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupPost()
    if {"A", "V"} <= set(letters):
        kerning = "feature kern { pos u0041 u0056 -100; } kern;"
        addOpenTypeFeaturesFromString(builder.font, kerning)
    builder.font.flavor = "woff"
    builder.save(path)
    return path


def _empty() -> object:
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    return Glyph()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bold style's font under its own name, one with further letters, one of a script."""
    folder = tmp_path_factory.mktemp("fonts")
    build_font(folder / "Montserrat-ExtraBold.woff", LETTERS)
    build_font(folder / "Montserrat-ExtraBold-LatinExt.woff", "Łž")
    build_font(folder / "NotoSansHebrew-Hebrew.woff", "שלוםךחדראב")
    return folder


@pytest.fixture
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FontChain]:
    """The test fonts in the place of the real ones, and the chain of the bold style."""
    monkeypatch.setattr(fonts, "FONTS", folder)
    monkeypatch.setattr("forge.captions.burning.FONTS", folder)
    yield font_chain(style_files("Montserrat-ExtraBold.woff"))
    font_chain.cache_clear()
    font_face.cache_clear()


def cue(text: str, start: float = 1.0, end: float = 2.0) -> Cue:
    words = text.split()
    each = (end - start) / len(words)
    spoken = [
        Word(word, start + at * each, start + (at + 1) * each, at) for at, word in enumerate(words)
    ]
    return Cue(tuple(spoken), end)


def place(chain: FontChain, text: str, start: float = 1.0, end: float = 2.0) -> DrawnCue:
    frame = Frame(1080, 1920, FPS, AREA, AREA.middle)
    [placed] = typeset([cue(text, start, end)], LOOK, chain, frame)
    return placed


def laid_out(
    *words: Word, size: tuple[int, int] = (1080, 1920), **captions: object
) -> CaptionLayout:
    return caption_layout(words, 60.0, Captions.model_validate(captions), size, FPS)


def test_metrics_come_from_the_file(installed: FontChain) -> None:
    assert installed.main.libass_size == pytest.approx(256 / 1000)
    assert installed.main.cap_height == pytest.approx(0.7)
    assert installed.advance("AB") == pytest.approx(1.0)
    assert installed.advance("AV") == pytest.approx(0.9)
    assert installed.space == pytest.approx(0.25)
    assert installed.advance("") == 0


def test_each_letter_comes_from_the_first_font_that_has_it(installed: FontChain) -> None:
    def names(text: str) -> list[tuple[str, str, bool]]:
        return [(run, file.stem, known) for run, file, known in installed.runs(text)]

    further = "Montserrat-ExtraBold-LatinExt"
    assert names("AVŁ") == [("AV", "Montserrat-ExtraBold", True), ("Ł", further, True)]
    assert installed.advance("AVŁ") == pytest.approx(1.4)
    assert installed.advance("AŁV") == pytest.approx(1.5), "kerning does not reach across fonts"
    assert names("שלום!")[0] == ("שלום", "NotoSansHebrew-Hebrew", True)
    assert names("A日") == [
        ("A", "Montserrat-ExtraBold", True),
        ("日", "Montserrat-ExtraBold", False),
    ]


def test_marks_and_emoji_stay_with_what_they_belong_to() -> None:
    assert list(clusters("e\u0301a")) == ["e\u0301", "a"]
    assert list(clusters("👍🏽👩\u200d💻")) == ["👍🏽", "👩\u200d💻"]
    assert list(clusters("🇫🇷🇩🇪")) == ["🇫🇷", "🇩🇪"]


def test_joined_emoji_are_drawn_side_by_side(installed: FontChain) -> None:
    [(run, _, _)] = installed.runs("👩\u200d💻🏃\u200d♂\ufe0f❤\ufe0f")
    assert run == "👩💻🏃❤"
    [(word, _, _)] = installed.runs("می\u200cخواهم")
    assert "\u200c" in word, "letters that must not be joined stay apart"


def test_one_line_is_centred(installed: FontChain) -> None:
    placed = place(installed, "AV go")
    first, last = placed.words
    assert first.width == pytest.approx(90)
    assert last.x == pytest.approx(first.x + 90 + 25, abs=1)
    assert first.x.is_integer()
    assert last.x.is_integer()
    assert first.x + (last.x + last.width) == pytest.approx(1080, abs=1)
    assert first.baseline == last.baseline == round(0.69 * 1920 + 35)
    assert (first.start, first.end, last.start, last.end) == (1.0, 1.5, 1.5, 2.0)


def test_two_lines_of_nearly_equal_length(installed: FontChain) -> None:
    placed = place(installed, "Remembers to drink")
    assert placed.size == 100
    assert placed.words[1].baseline == placed.words[2].baseline
    assert placed.words[1].baseline - placed.words[0].baseline == pytest.approx(120)
    lines = sorted({word.baseline for word in placed.words})
    assert (lines[0] - 70 + lines[1]) / 2 == pytest.approx(0.69 * 1920, abs=1)


def test_a_long_word_is_made_smaller_to_fit(installed: FontChain) -> None:
    placed = place(installed, "Antidisestablishmentarianism")
    assert placed.words[0].width == pytest.approx(SAFE)
    assert placed.size == pytest.approx(SAFE / 14)


def test_hebrew_runs_from_right_to_left(installed: FontChain) -> None:
    first, name, last = place(installed, "שלום Ada לך!").words
    assert first.x > name.x > last.x
    assert [(run.text, run.backwards) for run in last.runs] == [("!", False), ("לך", True)]
    assert last.runs[1].x == pytest.approx(last.x + 50)
    english = place(installed, "to שלום לך").words
    assert english[0].x < english[2].x < english[1].x


@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1350), (1080, 1080), (1920, 1080)])
@pytest.mark.parametrize("middle", [None, 0.0, 0.5, 1.0])
def test_captions_stay_in_the_picture_and_the_safe_width(
    installed: FontChain, size: tuple[int, int], middle: float | None
) -> None:
    for scale in (0.5, 1.0, 1.5):
        layout = laid_out(
            Word("Remembers", 0.0, 0.5),
            Word("all", 0.5, 1.0),
            size=size,
            middle=middle,
            scale=scale,
        )
        area = safe_area(*size)
        for drawn in (word for cue in layout.cues for word in cue.words):
            assert drawn.x >= (1 - area.width) / 2 * size[0] - 0.01
            assert drawn.x + drawn.width <= (1 + area.width) / 2 * size[0] + 0.01
            assert drawn.baseline - 0.7 * layout.cues[0].size >= 0
            assert drawn.baseline <= size[1]


def test_speakers_have_colours_and_cues_of_their_own(installed: FontChain) -> None:
    layout = laid_out(
        Word("go", 0.0, 0.2, 0, "A"),
        Word("no", 0.3, 0.5, 1, "B"),
        colours={"B": "#00ff00"},
    )
    assert [cue.speaker for cue in layout.cues] == ["A", "B"]
    assert [cue.words[0].colour for cue in layout.cues] == ["#ffffff", "#00ff00"]


def test_times_are_those_of_frames(installed: FontChain) -> None:
    [drawn] = laid_out(Word("go", 0.016, 0.49), Word("up", 0.51, 1.0)).cues
    assert drawn.start == 0.0
    assert [word.start * 30 for word in drawn.words] == [0, 15]


def events(layout: CaptionLayout, installed: FontChain) -> list[tuple[int, str, str, str]]:
    faces = {font.family: installed.face(fonts.FONTS / font.file) for font in layout.fonts}
    pattern = re.compile(r"Dialogue: (\d),(\S+?),(\S+?),caption,,0,0,0,,(.*)")
    found = (pattern.fullmatch(line) for line in ass.script(layout, faces).splitlines())
    return [(int(each[1]), each[2], each[3], each[4]) for each in found if each]


def test_ass_draws_each_state_of_each_word_once(installed: FontChain) -> None:
    layout = laid_out(Word("go", 1.0, 1.3), Word("up", 1.3, 1.6), Word("now", 1.6, 2.0))
    letters = [
        (start, end, "35E1FF" in text, text.rpartition("}")[2])
        for layer, start, end, text in events(layout, installed)
        if layer == 3
    ]
    # Half a frame early: hundredths of a second must not miss a frame.
    assert letters == [
        ("0:00:00.98", "0:00:01.28", True, "go"),
        ("0:00:01.28", "0:00:01.98", False, "go"),
        ("0:00:00.98", "0:00:01.28", False, "up"),
        ("0:00:01.28", "0:00:01.58", True, "up"),
        ("0:00:01.58", "0:00:01.98", False, "up"),
        ("0:00:00.98", "0:00:01.58", False, "now"),
        ("0:00:01.58", "0:00:01.98", True, "now"),
    ]


def test_ass_puts_the_baseline_where_the_layout_says(installed: FontChain) -> None:
    layout = laid_out(Word("go", 0.0, 1.0))
    [word] = layout.cues[0].words
    [text] = [text for layer, *_, text in events(layout, installed) if layer == 3]
    found = re.search(r"\\pos\(([\d.]+),([\d.]+)\)\\fnforge-Montserrat-ExtraBold\\fs([\d.]+)", text)
    assert found is not None
    assert float(found[1]) == pytest.approx(word.x, abs=0.01)
    # The copy for libass has a winAscent of 256 units and no winDescent.
    assert float(found[3]) == pytest.approx(0.256 * 94, abs=1e-4)
    assert float(found[2]) + float(found[3]) == pytest.approx(word.baseline, abs=0.01)


def test_a_filling_word_is_clipped_from_its_first_letter(installed: FontChain) -> None:
    look = laid_out(Word("go", 0.0, 1.0)).look.model_copy(update={"highlight": "sweep"})
    for text, first in (("go", "left"), ("שלום", "right")):
        layout = laid_out(Word(text, 0.0, 1.0)).model_copy(update={"look": look})
        word: DrawnWord = layout.cues[0].words[0]
        [drawn] = [event for layer, *_, event in events(layout, installed) if layer == 4]
        clips = [int(each) for each in re.findall(r"\\clip\((\d+),", drawn)]
        assert clips == [
            round(word.x) if first == "left" else round(word.x + word.width),
            round(word.x),
        ]


def test_hours_and_the_first_frame(installed: FontChain) -> None:
    words = (Word("go", 0.0, 0.2), Word("go", 3599.996, 3600.9))
    layout = caption_layout(words, 4000.0, Captions(), (1080, 1920), FPS)
    times = [(start, end) for layer, start, end, _ in events(layout, installed) if layer == 2]
    assert times == [("0:00:00.00", "0:00:00.38"), ("0:59:59.98", "1:00:00.88")]


def test_libass_gets_each_font_under_the_name_that_the_script_uses(
    installed: FontChain, tmp_path: Path
) -> None:
    write_captions(laid_out(Word("AŁ", 0.0, 1.0)), tmp_path)
    script = (tmp_path / "captions.ass").read_text("utf-8")
    for file in sorted((tmp_path / "fonts").iterdir()):
        with TTFont(file) as font:
            assert font["name"].getBestFamilyName() == file.stem
            assert (font["OS/2"].usWinAscent, font["OS/2"].usWinDescent) == (256, 0)
            assert font["head"].flags & 8 == 0
            assert rf"\fn{file.stem}\fs" in script
    assert len(list((tmp_path / "fonts").iterdir())) == 2


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(ForgeError, match=r"bold, impact") as caught:
        Style.named("comic, sans")
    assert "minimal" in caught.value.hint
    assert Style.named("impact") is Style.IMPACT


def test_a_missing_font_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FONTS", tmp_path)
    with pytest.raises(ForgeError, match="Montserrat") as caught:
        Style.BOLD.font_files()
    assert caught.value.code == "font_missing"
