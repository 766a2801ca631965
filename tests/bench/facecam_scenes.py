"""Made streams for the facecam's bench: pairs of pictures, and where the facecam truly is.

A game, what lies over it, a facecam or none, a starting screen now and then: all by seed. Pictures
go through JPEG, as a proxy's keyframes go through x264. Nothing here is taken from FORGE's own
finding.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from facecam_games import HEIGHT, WIDTH, Picture, Rng, game_of, texture, webcam_of
from facecam_overlays import FONT, OVERLAYS, Box, overlay_of

GAMES = ("shooter", "platformer", "strategy", "racing", "dark", "cards")


@dataclass(frozen=True)
class Stream:
    """What was made. ``box`` is the facecam's picture in fractions, without its frame."""

    seed: int
    game: str
    kind: str
    overlays: tuple[str, ...]
    box: tuple[float, float, float, float] | None
    pairs: list[tuple[Picture, Picture]]


def frame_around(rng: Rng, picture: Picture, box: Box, style: str, colour: tuple[int, ...]) -> None:
    x, y, w, h = box
    if style == "line":
        cv2.rectangle(picture, (x - 2, y - 2), (x + w + 1, y + h + 1), colour, 2)
    elif style == "thick":
        cv2.rectangle(picture, (x - 5, y - 5), (x + w + 4, y + h + 4), colour, 5)
    elif style == "plate":
        cv2.rectangle(picture, (x - 2, y - 2), (x + w + 1, y + h + 1), colour, 2)
        cv2.rectangle(picture, (x - 3, y + h + 2), (x + w + 2, y + h + 24), colour, -1)
        cv2.putText(picture, "streamer_live", (x + 6, y + h + 18), FONT, 0.5, (255, 255, 255), 1)


def paste(picture: Picture, small: Picture, box: Box, style: str) -> None:
    x, y, w, h = box
    if style != "rounded":
        picture[y : y + h, x : x + w] = small
        return
    mask, r = np.zeros((h, w), np.uint8), max(3, min(w, h) // 9)
    cv2.rectangle(mask, (r, 0), (w - r - 1, h - 1), 255, -1)
    cv2.rectangle(mask, (0, r), (w - 1, h - r - 1), 255, -1)
    for cx in (r, w - r - 1):
        for cy in (r, h - r - 1):
            cv2.circle(mask, (cx, cy), r, 255, -1)
    inside = mask > 0
    picture[y : y + h, x : x + w][inside] = small[inside]


def apart(one: Box, other: Box, gap: int = 6) -> bool:
    return (
        one[0] + one[2] + gap <= other[0]
        or other[0] + other[2] + gap <= one[0]
        or one[1] + one[3] + gap <= other[1]
        or other[1] + other[3] + gap <= one[1]
    )


def place_facecam(rng: Rng) -> Box:
    aspect = float(rng.choice([16 / 9, 16 / 9, 4 / 3, 1.0, 1.3, 0.8]))
    w = int(WIDTH * rng.uniform(0.14, 0.31))
    h = int(w / aspect)
    if h > HEIGHT * 0.5:
        h = int(HEIGHT * 0.5)
        w = int(h * aspect)
    gap = int(rng.choice([0, 0, 6, 10, 18, 30]))
    x = int(rng.choice([gap, WIDTH - w - gap]))
    y = int(rng.choice([gap, HEIGHT - h - gap, rng.integers(40, HEIGHT - h - 40)]))
    if rng.uniform() < 0.1:
        x = int(rng.integers(20, WIDTH - w - 20))
    return x, y, w, h


def make(seed: int, count: int = 48) -> Stream:
    """The stream of this seed; three in ten have no facecam."""
    rng = np.random.default_rng(seed)
    game = GAMES[int(rng.choice(len(GAMES), p=[0.28, 0.2, 0.16, 0.14, 0.12, 0.1]))]
    has = rng.uniform() < 0.7
    kind = str(rng.choice(["person", "person", "still", "avatar"])) if has else "none"
    taken: list[Box] = []
    box: Box | None = None
    bars = int(rng.choice([0, 0, 0, 0, 56]))
    style = str(rng.choice(["none", "none", "line", "line", "thick", "plate", "rounded"]))
    colour = tuple(int(each) for each in rng.integers(0, 256, 3))
    if has:
        box = place_facecam(rng)
        if style in ("thick", "plate", "line"):  # Keep its frame on the picture.
            x, y, w, h = box
            x = min(max(x, 5), WIDTH - w - 5)
            y = min(max(y, 5), HEIGHT - h - (26 if style == "plate" else 5))
            box = (x, y, w, h)
        taken.append((box[0] - 6, box[1] - 6, box[2] + 12, box[3] + 12))

    def free(w: int, h: int) -> Box:
        for _ in range(200):
            near = int(rng.choice([0, 8, 20]))
            x = int(rng.choice([near, WIDTH - w - near - 1, rng.integers(0, WIDTH - w)]))
            y = int(rng.choice([near, HEIGHT - h - near - 1, rng.integers(0, HEIGHT - h)]))
            if all(apart((x, y, w, h), other) for other in taken):
                break
        else:
            return -400, -400, 0, 0
        taken.append((x, y, w, h))
        return x, y, w, h

    wanted = tuple(
        each for each in OVERLAYS if rng.uniform() < {"logo": 0.4, "bars": 0.6}.get(each, 0.3)
    )
    painters = []
    for each in wanted:
        before = len(taken)
        painter = overlay_of(rng, each, free)
        if len(taken) > before:
            painters.append((each, painter))
    play = game_of(rng, game)
    look = webcam_of(rng, box[2], box[3], kind) if box else None
    away = float(rng.choice([0, 0, 0.1, 0.25]))
    waiting = texture(rng, WIDTH, HEIGHT, 32)
    full = webcam_of(rng, WIDTH, HEIGHT, kind) if has and kind != "avatar" else None
    quality = int(rng.integers(55, 90))
    span = float(rng.choice([60, 600, 7200]))

    def shot(t: float, elsewhere: bool) -> Picture:
        if elsewhere:
            picture = full(t) if full is not None else waiting.copy()
        else:
            picture = play(t)
            if bars:
                picture[:bars] = 0
                picture[-bars:] = 0
            for _, painter in painters:
                painter(picture, None, t)
            if box is not None and look is not None:
                frame_around(rng, picture, box, style, colour)
                paste(picture, look(t), box, style)
        _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        grey = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        return np.asarray(cv2.resize(grey, (640, 360), interpolation=cv2.INTER_AREA), np.uint8)

    pairs = []
    for number in range(count):
        t = span * (number + 0.5) / count
        elsewhere = number < away * count
        pairs.append((shot(t, elsewhere), shot(t + 0.5, elsewhere)))
    shown = None
    if box is not None:
        shown = (box[0] / WIDTH, box[1] / HEIGHT, box[2] / WIDTH, box[3] / HEIGHT)
    names = (*(each for each, _ in painters), *(("letterbox",) if bars else ()))
    return Stream(seed, game, f"{kind}/{style}" if has else "none", names, shown, pairs)
