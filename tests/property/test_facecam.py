"""The facecam that is found is where it is, and nothing else is taken for one.

Rules of this file: small pictures made by seed with numpy alone; what is drawn is known to the
pixel, and one pixel of a side is two to four hundredths of a box. Hypothesis chooses the seed,
the place, the size and the shade.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.layout.borders import FEWEST, Grey, Pair, measure, usual
from forge.layout.facecam import find_facecam
from forge.layout.rectangles import Box, lines_of, overlap, rectangles
from forge.model import Rect

WIDTH, HEIGHT, PAIRS = 320, 180, 20
SEEDS = st.integers(0, 2**32 - 1)
Rng = np.random.Generator
#: Draws something on a picture of the game, at a time in seconds.
Painter = Callable[[Any, float], None]


def game(rng: Rng) -> Callable[[float], Any]:
    """A world of soft spots, over which the picture flies."""
    world = np.zeros((720, 1280))
    for size in (8, 16, 64):
        coarse = rng.uniform(0, 255, (720 // size + 1, 1280 // size + 1))
        world += np.kron(coarse, np.ones((size, size)))[:720, :1280] / 3
    phase = rng.uniform(0, 6, 2)

    def at(time: float) -> Any:
        x, y = (int(200 + 190 * np.sin(0.9 * time + each)) for each in phase)
        return world[y : y + HEIGHT, 2 * x : 2 * x + WIDTH].copy()

    return at


def somebody(rng: Rng, box: Box) -> Painter:
    """A head that sways before a wall with a shelf."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    wall = np.tile(np.linspace(*rng.uniform(40, 200, 2), w), (h, 1))
    wall[h // 4 : h // 4 + 3] = 30
    rows, columns = np.mgrid[0:h, 0:w]
    phase = rng.uniform(0, 6)

    def paint(picture: Any, time: float) -> None:
        x = w * (0.5 + 0.06 * np.sin(2.1 * time + phase))
        y = h * (0.55 + 0.05 * np.sin(3.3 * time + phase))
        head = ((columns - x) / (0.2 * w)) ** 2 + ((rows - y) / (0.3 * h)) ** 2 < 1
        body = (np.abs(columns - x) < 0.35 * w) & (rows > 0.85 * h)
        shown = np.where(head, 210 - 30 * rows / h, np.where(body, 25, wall))
        picture[top:bottom, left:right] = shown

    return paint


def panel(rng: Rng, box: Box) -> Painter:
    """A still panel of the game's: a logo, an inventory."""
    left, top, right, bottom = box
    still = rng.uniform(0, 255, (bottom - top, right - left))

    def paint(picture: Any, time: float) -> None:
        picture[top:bottom, left:right] = still

    return paint


def slides(rng: Rng, box: Box) -> Painter:
    """Adverts that take turns every eight seconds."""
    left, top, right, bottom = box
    shown = rng.uniform(0, 255, (5, bottom - top, right - left))

    def paint(picture: Any, time: float) -> None:
        picture[top:bottom, left:right] = shown[int(time / 8) % 5]

    return paint


def minimap(rng: Rng, box: Box) -> Painter:
    """A map that scrolls at every moment."""
    left, top, right, bottom = box
    land = np.kron(rng.uniform(0, 255, (80, 80)), np.ones((6, 6)))

    def paint(picture: Any, time: float) -> None:
        x, y = int(110 + 100 * np.sin(time / 3)), int(110 + 100 * np.cos(time / 4))
        picture[top:bottom, left:right] = land[y : y + bottom - top, x : x + right - left]

    return paint


def letters(rng: Rng, box: Box) -> Painter:
    """Chat on a dark ground: rows of strokes that move up, some every half second."""
    left, top, right, bottom = box
    rows = rng.uniform(0, 1, (4000, right - left)) < 0.4

    def paint(picture: Any, time: float) -> None:
        first = 8 * int(2 * time)
        strokes = rows[first : first + bottom - top].copy()
        strokes[(np.arange(bottom - top) % 8) > 4] = False
        picture[top:bottom, left:right] = np.where(strokes, 230, 15)

    return paint


def pairs_of(rng: Rng, *painters: Painter, count: int = PAIRS) -> list[Pair]:
    at = game(rng)

    def shot(time: float) -> Grey:
        picture = at(time)
        for paint in painters:
            paint(picture, time)
        grain = rng.normal(0, 1.5, picture.shape)
        return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)

    return [(shot(7.3 * place), shot(7.3 * place + 0.5)) for place in range(count)]


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """A facecam's box: in a corner, on an edge, or away from both."""
    w = draw(st.integers(56, 92))
    h = int(w / draw(st.sampled_from([16 / 9, 4 / 3, 1.0])))
    x = draw(st.sampled_from([0, WIDTH - w]) | st.integers(8, WIDTH - w - 8))
    y = draw(st.sampled_from([0, HEIGHT - h]) | st.integers(8, HEIGHT - h - 8))
    return x, y, x + w, y + h


def as_box(rect: Rect) -> Box:
    x0, x1 = round(rect.x * WIDTH), round((rect.x + rect.w) * WIDTH)
    return x0, round(rect.y * HEIGHT), x1, round((rect.y + rect.h) * HEIGHT)


@settings(max_examples=12)
@given(SEEDS, boxes())
def test_the_box_that_is_found_is_the_box_that_was_drawn(seed: int, box: Box) -> None:
    rng = np.random.default_rng(seed)
    found = find_facecam(pairs_of(rng, somebody(rng, box)))
    assert found is not None
    assert found.rect.is_inside()
    assert overlap(as_box(found.rect), box) >= 0.8


@settings(max_examples=4)
@given(SEEDS, st.integers(-30, 30), st.integers(-20, 20))
def test_a_box_that_is_moved_is_found_where_it_was_moved_to(seed: int, dx: int, dy: int) -> None:
    def found_at(box: Box) -> Box:
        rng = np.random.default_rng(seed)
        found = find_facecam(pairs_of(rng, somebody(rng, box)))
        assert found is not None
        return as_box(found.rect)

    here, there = found_at((120, 60, 200, 110)), found_at((120 + dx, 60 + dy, 200 + dx, 110 + dy))
    moved = (here[0] + dx, here[1] + dy, here[2] + dx, here[3] + dy)
    assert max(abs(one - other) for one, other in zip(moved, there, strict=True)) <= 3


@settings(max_examples=4)
@given(SEEDS, boxes(), st.sampled_from([2, 3]))
def test_larger_pictures_of_the_same_give_the_same_box(seed: int, box: Box, times: int) -> None:
    rng = np.random.default_rng(seed)
    small = pairs_of(rng, somebody(rng, box))
    large = [
        (one.repeat(times, 0).repeat(times, 1), other.repeat(times, 0).repeat(times, 1))
        for one, other in small
    ]
    found = find_facecam(large)
    assert found is not None
    assert overlap(as_box(found.rect), box) >= 0.8


@settings(max_examples=10)
@given(SEEDS, boxes(), st.sampled_from([panel, slides, minimap, letters]))
def test_what_nobody_lives_in_is_no_facecam(
    seed: int, box: Box, thing: Callable[[Rng, Box], Painter]
) -> None:
    rng = np.random.default_rng(seed)
    pairs = pairs_of(rng, thing(rng, box))
    assert find_facecam(pairs) is None
    # It has borders all the same: what is inside decided.
    borders = measure(usual(pairs))
    assert max(overlap(each, box) for each, _ in rectangles(*lines_of(borders))) >= 0.75


@settings(max_examples=10)
@given(SEEDS)
def test_a_game_alone_has_none(seed: int) -> None:
    assert find_facecam(pairs_of(np.random.default_rng(seed))) is None


def test_the_facecam_counts_that_most_of_the_recording_has() -> None:
    """A quarter of it is a camera that fills the picture, and another one a waiting screen."""
    rng, box = np.random.default_rng(4), (230, 110, 310, 170)
    full = somebody(rng, (0, 0, WIDTH, HEIGHT))
    still = np.asarray(rng.uniform(0, 255, (HEIGHT, WIDTH)), np.uint8)
    waiting = [(still, still)] * 6
    found = find_facecam(
        [
            *waiting,
            *pairs_of(rng, full, count=5),
            *pairs_of(rng, somebody(rng, box), count=18),
        ]
    )
    assert found is not None
    assert overlap(as_box(found.rect), box) >= 0.8


def test_a_name_plate_and_a_frame_are_left_out() -> None:
    rng, box = np.random.default_rng(5), (200, 20, 300, 90)

    def frame(picture: Any, time: float) -> None:
        picture[16:110, 196:304] = 235
        picture[94:108:3, 210:280:2] = 20

    found = find_facecam(pairs_of(rng, frame, somebody(rng, box)))
    assert found is not None
    assert overlap(as_box(found.rect), box) >= 0.8


def test_too_little_to_go_by_gives_none() -> None:
    rng, box = np.random.default_rng(6), (230, 110, 310, 170)
    pairs = pairs_of(rng, somebody(rng, box), count=FEWEST)
    assert find_facecam(pairs) is not None
    assert find_facecam(pairs[:-1]) is None
    assert find_facecam([]) is None
    assert find_facecam([(one[:40], other[:40]) for one, other in pairs]) is None
    assert find_facecam([(one, one) for one, _ in pairs]) is None
