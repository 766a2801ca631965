"""Placing words and writing them down, with a font made here whose metrics are known.

Every letter of the test font is half an em wide, the space a quarter; "V" after "A" is kerned
by a tenth. Cap height 0.7, winAscent 1.1, winDescent 0.4, hhea 0.9 and 0.3.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder

from forge.captions.ass import script
from forge.captions.cues import Cue, Word
from forge.captions.metrics import FontMetrics
from forge.captions.overlay import clip_overlay, overlay
from forge.captions.styles import SAFE_WIDTH, Style
from forge.captions.timeline import timeline
from forge.captions.typeset import PlacedCue, typeset
from forge.errors import ForgeError

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!'.,()/…"
LOOK = replace(Style.BOLD.look, size=100, pitch=1.2, outline=8)
SAFE = SAFE_WIDTH * 1080


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


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bold style's font under its own name, and one with further letters."""
    folder = tmp_path_factory.mktemp("fonts")
    build_font(folder / "Montserrat-ExtraBold.woff", LETTERS)
    build_font(folder / "Montserrat-ExtraBold-LatinExt.woff", "Łž")
    return folder


@pytest.fixture(scope="module")
def metrics(fonts: Path) -> FontMetrics:
    return FontMetrics(fonts / "Montserrat-ExtraBold.woff")


def _empty() -> object:
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    return Glyph()


def place(metrics: FontMetrics, text: str, start: float = 1.0, end: float = 2.0) -> PlacedCue:
    words = text.split()
    each = (end - start) / len(words)
    spoken = [
        Word(word, start + at * each, start + (at + 1) * each) for at, word in enumerate(words)
    ]
    [placed] = typeset([Cue(tuple(spoken), end)], LOOK, metrics, 1080, 1920)
    return placed


def test_metrics_come_from_the_file(metrics: FontMetrics) -> None:
    assert metrics.libass_size == pytest.approx(1.5)
    assert metrics.cap_height == pytest.approx(0.7)
    assert metrics.advance("AB") == pytest.approx(1.0)
    assert metrics.advance("AV") == pytest.approx(0.9)
    assert metrics.space == pytest.approx(0.25)
    assert metrics.advance("") == 0
    assert metrics.advance("日A") == pytest.approx(1.5)
    assert metrics.advance("😀") == pytest.approx(1.0)
    assert metrics.advance("я") == pytest.approx(0.6)


def test_further_letters_come_from_further_files(
    fonts: Path, metrics: FontMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forge.captions.styles.FONTS", fonts)
    both = FontMetrics(*Style.BOLD.font_files)
    assert metrics.advance("AVŁ") == pytest.approx(0.9 + 0.6)
    assert both.advance("AVŁ") == pytest.approx(0.9 + 0.5)
    assert both.advance("AŁV") == pytest.approx(1.5), "kerning does not reach across fonts"


def test_the_overlay_of_a_clip_follows_its_cuts(
    fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forge.captions.styles.FONTS", fonts)
    spoken = [
        {"word": " go", "start": 10.5, "end": 10.8},
        {"word": "cut", "start": 11.2, "end": 11.5},
        {"word": "up", "start": 12.5, "end": 12.75},
    ]
    time = timeline(10.0, 14.0, [(11.0, 12.0)], Fraction(30))
    drawn = clip_overlay(spoken, time, Style.BOLD, 540, 960)
    [go], [up] = (cue["words"] for cue in drawn["cues"])
    assert [go["text"], up["text"]] == ["go", "up"]
    assert (go["start"], up["start"]) == (pytest.approx(0.5), pytest.approx(1.5))
    assert go["x"] + go["width"] / 2 == pytest.approx(270)
    assert drawn["font"] == {"family": "Montserrat ExtraBold", "file": "Montserrat-ExtraBold.woff"}


def test_one_line_is_centred(metrics: FontMetrics) -> None:
    placed = place(metrics, "AV go")
    assert [word.text for word in placed.words] == ["AV", "go"]
    first, last = placed.words
    assert first.width == pytest.approx(90)
    assert last.x == pytest.approx(first.x + 90 + 25)
    assert first.x + (last.x + last.width) == pytest.approx(1080)
    assert first.baseline == last.baseline == pytest.approx(0.69 * 1920 + 35)
    assert (first.start, first.end, last.start, last.end) == (1.0, 1.5, 1.5, 2.0)


def test_two_lines_of_nearly_equal_length(metrics: FontMetrics) -> None:
    placed = place(metrics, "Remembers to drink")
    assert placed.size == 100
    assert placed.words[1].baseline == placed.words[2].baseline
    assert placed.words[1].baseline - placed.words[0].baseline == pytest.approx(120)
    lines = sorted({word.baseline for word in placed.words})
    assert (lines[0] - 70 + lines[1]) / 2 == pytest.approx(0.69 * 1920)


def test_a_long_word_is_made_smaller_to_fit(metrics: FontMetrics) -> None:
    placed = place(metrics, "Antidisestablishmentarianism")
    assert placed.words[0].width == pytest.approx(SAFE)
    assert placed.size == pytest.approx(SAFE / 14)


def test_hebrew_runs_from_right_to_left(metrics: FontMetrics) -> None:
    first, last = place(metrics, "שלום לך").words
    assert first.x > last.x


def test_ass_draws_each_state_of_each_word_once(metrics: FontMetrics) -> None:
    text = script([place(metrics, "go up now")], LOOK, metrics, 1080, 1920)
    assert "PlayResX: 1080\nPlayResY: 1920" in text
    assert "ScaledBorderAndShadow: yes" in text
    assert "Kerning: yes" in text
    assert "WrapStyle: 2" in text
    assert "Style: caption,Montserrat ExtraBold,150.000," in text
    events = [line for line in text.splitlines() if line.startswith("Dialogue:")]
    states = [
        (match[1], match[2], match[4], match[3] == LOOK_ACTIVE)
        for match in (EVENT.fullmatch(event) for event in events)
        if match
    ]
    assert states == [
        ("0:00:01.00", "0:00:01.33", "go", True),
        ("0:00:01.33", "0:00:02.00", "go", False),
        ("0:00:01.00", "0:00:01.33", "up", False),
        ("0:00:01.33", "0:00:01.67", "up", True),
        ("0:00:01.67", "0:00:02.00", "up", False),
        ("0:00:01.00", "0:00:01.67", "now", False),
        ("0:00:01.67", "0:00:02.00", "now", True),
    ]


LOOK_ACTIVE = "&H0035E1FF&"
EVENT = re.compile(
    r"Dialogue: 0,(\S+?),(\S+?),caption,,0,0,0,,\{\\pos\([\d.]+,[\d.]+\)\\fs[\d.]+\\1c(\S+)\}(.*)"
)


def test_ass_and_overlay_agree_on_the_baseline(metrics: FontMetrics) -> None:
    placed = place(metrics, "go")
    text = script([placed], LOOK, metrics, 1080, 1920)
    found = re.search(r"\\pos\(([\d.]+),([\d.]+)\)", text)
    assert found is not None
    [word] = overlay([placed], LOOK, metrics, 1080, 1920)["cues"][0]["words"]
    assert float(found[1]) == pytest.approx(word["x"], abs=0.01)
    # libass: winAscent above the baseline. CSS: half of (1 - 0.9 - 0.3), then 0.9.
    assert float(found[2]) + 110 == pytest.approx(word["y"] + (-0.1 + 0.9) * 100, abs=0.01)


def test_hours_and_rounding(metrics: FontMetrics) -> None:
    text = script([place(metrics, "go", 3599.996, 3661.5)], LOOK, metrics, 1080, 1920)
    assert "0,1:00:00.00,1:01:01.50," in text
    assert "Dialogue" not in script([place(metrics, "go", 1.0, 1.004)], LOOK, metrics, 1080, 1920)


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(ForgeError, match="bold, impact"):
        Style.named("comic, sans")
    assert Style.named("impact") is Style.IMPACT


def test_a_missing_font_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forge.captions.styles.FONTS", tmp_path)
    with pytest.raises(ForgeError, match="Montserrat") as caught:
        _ = Style.BOLD.font_files
    assert caught.value.code == "font_missing"
