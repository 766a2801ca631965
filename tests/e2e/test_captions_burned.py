"""What the studio shows is what an export burns: the same cues, drawn twice.

Rules of this file: one side is the studio's own component in a real Chromium, the other is real
libass in the ffmpeg that exports use; both draw the engine's layout on plain grey, and neither is
told what the other did. No server runs: the page gets its own files and the fonts' very bytes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from forge.captions.burning import write_captions
from forge.captions.drawing import CaptionLayout
from forge.captions.layout import caption_layout
from forge.captions.styles import Style
from forge.captions.timeline import timeline
from forge.captions.words import clip_words
from forge.model import Captions, WordEdit
from tests.e2e.caption_page import Picture, build_page, caption_page, draw, photographed

GROUND = 128
#: How far a pixel's colour is from the ground where it is covered wholly, by the palest edge.
FULL = 100
#: What the overlaps reach: of boxes, as the design asks, and of single pixels, where the two
#: renderers soften an edge of two or three pixels in their own ways.
BOXES, PIXELS = 0.98, 0.93
ASPECTS = {"9:16": (1080, 1920), "4:5": (1080, 1350), "1:1": (1080, 1080), "16:9": (1920, 1080)}
TEXTS = {
    "plain": "Remember the plan",
    "long words": "Incomprehensibilities notwithstanding",
    "emoji": "gg 😀🔥 wow👍🏽",
    "Arabic": "مرحبا بالعالم!",
    "Japanese": "今日はとても楽しい",
    "Chinese": "我们今天玩这个游戏",
}
Cover = npt.NDArray[np.float32]


def laid_out(text: str, size: tuple[int, int], seconds: float = 1.0, **captions: Any) -> Any:
    """One cue of the words of a text, equally long."""
    words = text.split()
    each = seconds / len(words)
    raw = [
        {"word": word, "start": place * each, "end": (place + 1) * each}
        for place, word in enumerate(words)
    ]
    edits = [
        WordEdit(index=place, at=place * each, breaks="never") for place in range(1, len(words))
    ]
    time = timeline(0.0, seconds, [], Fraction(30))
    wish = Captions.model_validate(captions)
    return caption_layout(clip_words(raw, time, edits), time.duration, wish, size, time.fps)


def burned(layouts: list[CaptionLayout], folder: Path, *, rate: int, seconds: float) -> Picture:
    """Frames of grey with the cues of layouts of one style burned in, by libass."""
    layout = layouts[0].model_copy(
        update={
            "cues": [cue for each in layouts for cue in each.cues],
            "fonts": list({font.file: font for each in layouts for font in each.fonts}.values()),
        }
    )
    folder.mkdir()
    write_captions(layout, folder)
    ground = f"color=0x808080:s={layout.width}x{layout.height}:r={rate}:d={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", ground]
    command += ["-vf", "format=rgb24,ass=captions.ass:fontsdir=fonts"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    frames = np.frombuffer(done.stdout, np.uint8)
    return frames.reshape(-1, layout.height, layout.width, 3)


@pytest.fixture(scope="module")
def canvas(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with caption_page(browser, build_page(tmp_path_factory.mktemp("page"))) as page:
        yield page


def ink(picture: Picture) -> Cover:
    """How much of each pixel is drawn on: letters, edges, shadows, boxes. Soft edges count."""
    away = np.where(picture > GROUND, picture - GROUND, GROUND - picture).max(axis=2)
    return np.minimum(away, FULL) / np.float32(FULL)


def letters(picture: Picture) -> Cover:
    """How much of each pixel is a letter's: the lightest of all that is drawn."""
    light = np.clip(picture.max(axis=2), 150, 150 + FULL) - 150
    return light / np.float32(FULL)


def box(cover: Cover) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all ink, to a part of a pixel by the outermost ones' cover."""
    sides = []
    for profile in (cover.max(axis=0), cover.max(axis=1)):
        inked = np.flatnonzero(profile > 0.1)
        first, last = inked[0], inked[-1]
        sides.append((first + 1 - profile[first], last + profile[last]))
    (left, right), (top, bottom) = sides
    return float(left), float(top), float(right), float(bottom)


def overlap(a: Cover, b: Cover) -> float:
    """Intersection over union of what is at least half covered."""
    mine, others = a >= 0.5, b >= 0.5
    return float((mine & others).sum() / (mine | others).sum())


def box_overlap(a: Cover, b: Cover) -> float:
    """Intersection over union of the smallest boxes around all ink."""
    (ax, ay, ar, ab), (bx, by, br, bb) = box(a), box(b)
    shared = max(0.0, min(ar, br) - max(ax, bx)) * max(0.0, min(ab, bb) - max(ay, by))
    return shared / ((ar - ax) * (ab - ay) + (br - bx) * (bb - by) - shared)


@pytest.mark.parametrize("style", Style)
def test_every_style_and_script_is_drawn_alike(style: Style, canvas: Page, tmp_path: Path) -> None:
    worse: list[list[str]] = []
    for aspect, size in ASPECTS.items():
        layouts = [
            laid_out(text, size, style=style.value, middle=(row + 0.5) / len(TEXTS), scale=0.75)
            for row, text in enumerate(TEXTS.values())
        ]
        assert [len(layout.cues) for layout in layouts] == [1] * len(TEXTS)
        [theirs] = burned(layouts, tmp_path / aspect.replace(":", "x"), rate=1, seconds=1)
        draw(canvas, layouts, 0.0)
        ours = photographed(canvas, size)
        for row, script in enumerate(TEXTS):
            part = slice(row * size[1] // len(TEXTS), (row + 1) * size[1] // len(TEXTS))
            (a, b), (lit, burnt) = (
                (cover(ours[part]), cover(theirs[part])) for cover in (ink, letters)
            )
            found = {
                "box": box_overlap(a, b),
                "letters' box": box_overlap(lit, burnt),
                "ink": overlap(a, b),
                "letters": overlap(lit, burnt),
            }
            row_of_table = [
                aspect,
                script,
                *(f"{name} {value:.4f}" for name, value in found.items()),
            ]
            print(style.value, *row_of_table, sep=" | ")
            if min(found["box"], found["letters' box"]) < BOXES:
                worse.append(row_of_table)
            if min(found["ink"], found["letters"]) < PIXELS:
                worse.append(row_of_table)
    assert worse == []


def test_the_same_words_stand_on_the_same_lines(canvas: Page, tmp_path: Path) -> None:
    size = ASPECTS["9:16"]
    layout = laid_out("We remember (all) the thïngs", size)
    draw(canvas, [layout], 0.0)
    shown = [each["text"] for each in canvas.evaluate("window.drawn()")]
    assert shown == [word.text for word in layout.cues[0].words]
    baselines = sorted({word.baseline for word in layout.cues[0].words})
    assert len(baselines) == 2
    [theirs] = burned([layout], tmp_path / "lines", rate=1, seconds=1)
    for picture in (photographed(canvas, size), theirs):
        lit = (letters(picture) > 0.5).any(axis=1)
        starts = [row for row in range(1, len(lit)) if lit[row] and not lit[row - 1]]
        # Each band of letters reaches over exactly one of the baselines.
        assert len(starts) == 2
        assert starts[0] < baselines[0] < starts[1] < baselines[1]


def test_colours_change_on_the_same_frame(canvas: Page, tmp_path: Path) -> None:
    layout = laid_out("one two three", (360, 640), 1.7)
    frames = burned([layout], tmp_path / "frames", rate=30, seconds=2)
    [cue] = layout.cues
    yellow = layout.look.active
    for number, frame in enumerate(frames):
        draw(canvas, [layout], number / 30)
        ours = [each["fill"] == yellow for each in canvas.evaluate("window.drawn()")]
        bright = letters(frame) > 0.5
        warm = bright & (frame[:, :, 2] < 150)
        spans = [slice(round(word.x), round(word.x + word.width)) for word in cue.words]
        theirs = [bool(warm[:, span].sum() > 0.5 * bright[:, span].sum() > 0) for span in spans]
        assert ours == (theirs if bright.any() else []), number


def test_words_fill_at_the_same_speed(canvas: Page, tmp_path: Path) -> None:
    layout = laid_out("fill مرحبا", (540, 960), 1.6, style="karaoke")
    frames = burned([layout], tmp_path / "frames", rate=30, seconds=1.6)
    [latin, arabic] = layout.cues[0].words
    frame_long = latin.width / 24
    for number in range(2, 48, 5):
        draw(canvas, [layout], number / 30)
        frame = frames[number]
        pink = (frame[:, :, 0] > 200) & (frame[:, :, 1] < 140)
        for word in (latin, arabic):
            span = pink[:, round(word.x) : round(word.x + word.width)]
            columns = np.flatnonzero(span.any(axis=0))
            share = min(1.0, max(0.0, (number / 30 - word.start) / (word.end - word.start)))
            filled = 0 if len(columns) == 0 else columns[-1] - columns[0] + 1
            assert abs(filled - share * word.width) < frame_long + 0.12 * layout.cues[0].size
        assert canvas.evaluate("window.filledTo()")[0] == pytest.approx(
            latin.x + latin.width * min(1.0, number / 24), abs=0.01
        )


def test_emoji_and_joiners_are_as_wide_as_the_layout_says(canvas: Page, tmp_path: Path) -> None:
    """What libass leaves out of a joined emoji, the layout leaves out, too."""
    size = ASPECTS["1:1"]
    for number, text in enumerate(("👩‍💻🏃‍♂️❤️", "🇫🇷👍🏽", "می‌خواهم", "สวัสดี")):
        layout = laid_out(text, size)
        [theirs] = burned([layout], tmp_path / str(number), rate=1, seconds=1)
        draw(canvas, [layout], 0.0)
        ours = photographed(canvas, size)
        assert box_overlap(ink(ours), ink(theirs)) >= BOXES, text
        left, _, right, _ = box(ink(theirs))
        [word] = layout.cues[0].words
        assert word.x - 12 <= left
        assert right <= word.x + word.width + 12
