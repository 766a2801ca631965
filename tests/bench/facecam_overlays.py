"""What lies over a made stream's game, and is no facecam: bars, maps, chat, adverts, alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
from facecam_games import Picture, Rng, blocks, texture

Box = tuple[int, int, int, int]  # x, y, w, h in pixels of the made picture.
OVERLAYS = ("bars", "minimap", "dots", "chat", "chat_box", "logo", "advert", "feed", "alert")
FONT = cv2.FONT_HERSHEY_SIMPLEX


LINES = [
    "lets gooo",
    "that was clean",
    "LUL",
    "no way he hit that",
    "first time here, hi",
    "what rank is this",
    "gg wp",
    "can you play the other map next",
    "KEKW KEKW",
    "clip it",
    "is this the hard mode",
    "hello from the lunch break",
    "monkaS behind you",
    "POGGERS",
]


def chat_rows(t: float, rate: float, count: int, key: int) -> Iterator[tuple[int, str]]:
    newest = int(t * rate)
    for place in range(count):
        number = newest - place
        pick = np.random.default_rng((key, max(0, number)))
        yield place, LINES[int(pick.integers(len(LINES)))]


def overlay_of(rng: Rng, kind: str, free: Callable[[int, int], Box]) -> Callable[..., None]:
    """Paints one thing over a game's picture: ``paint(picture, game, t)``."""
    key, phase = int(rng.integers(1 << 30)), rng.uniform(0, 100, 4)
    if kind == "bars":
        x, y, w, h = free(int(rng.integers(150, 300)), int(rng.integers(40, 90)))
        tone = tuple(int(each) for each in rng.integers(10, 90, 3))

        def bars(picture: Picture, game: Any, t: float) -> None:
            cv2.rectangle(picture, (x, y), (x + w, y + h), tone, -1)
            for row in range(2):
                full = int((w - 20) * (0.5 + 0.5 * np.sin(t / (4 + 3 * row) + phase[row])))
                top = y + 8 + row * (h // 2)
                cv2.rectangle(
                    picture, (x + 10, top), (x + 10 + full, top + h // 4), (60, 60, 230), -1
                )

        return bars
    if kind == "minimap":
        side = int(rng.integers(84, 150))
        x, y, w, h = free(side, side)
        rounded = rng.uniform() < 0.4
        world = blocks(np.random.default_rng(key), 1200, 1200, 260)

        def minimap(picture: Picture, game: Any, t: float) -> None:
            px = int(500 + 420 * np.sin(phase[0] + t / 7))
            py = int(500 + 420 * np.sin(phase[1] + t / 9))
            part = world[py : py + h, px : px + w].copy()
            cv2.circle(part, (w // 2, h // 2), 4, (255, 255, 255), -1)
            if rounded:
                mask = np.zeros((h, w), np.uint8)
                cv2.circle(mask, (w // 2, h // 2), w // 2 - 1, 255, -1)
                picture[y : y + h, x : x + w][mask > 0] = part[mask > 0]
            else:
                picture[y : y + h, x : x + w] = part
                cv2.rectangle(picture, (x, y), (x + w - 1, y + h - 1), (230, 230, 230), 1)

        return minimap
    if kind == "dots":
        side = int(rng.integers(100, 170))
        x, y, w, h = free(side, side)
        land = cv2.resize(texture(np.random.default_rng(key), 120, 120, 16), (w, h))
        units = rng.uniform(0, 1, (16, 4))

        def dots(picture: Picture, game: Any, t: float) -> None:
            picture[y : y + h, x : x + w] = land
            for ux, uy, vx, vy in units:
                place = (
                    x + int(w * ((ux + 0.02 * vx * t) % 1)),
                    y + int(h * ((uy + 0.02 * vy * t) % 1)),
                )
                cv2.circle(picture, place, 3, (30, 30, 250), -1)

        return dots
    if kind in ("chat", "chat_box"):
        w, h = int(rng.integers(190, 270)), int(rng.integers(150, 300))
        x, y, w, h = free(w, h)
        rate = float(rng.uniform(0.2, 3.0))
        ground = tuple(int(each) for each in rng.integers(5, 50, 3))

        def chat(picture: Picture, game: Any, t: float) -> None:
            if kind == "chat_box":
                cv2.rectangle(picture, (x, y), (x + w, y + h), ground, -1)
            for place, line in chat_rows(t, rate, h // 18, key):
                cv2.putText(
                    picture,
                    line[: w // 9],
                    (x + 6, y + h - 6 - 18 * place),
                    FONT,
                    0.42,
                    (235, 235, 235),
                    1,
                    cv2.LINE_AA,
                )

        return chat
    if kind == "logo":
        w, h = int(rng.integers(60, 130)), int(rng.integers(40, 90))
        x, y, w, h = free(w, h)
        image = blocks(np.random.default_rng(key), w, h, 9)

        def logo(picture: Picture, game: Any, t: float) -> None:
            picture[y : y + h, x : x + w] = image

        return logo
    if kind == "advert":
        w, h = int(rng.integers(150, 260)), int(rng.integers(80, 150))
        x, y, w, h = free(w, h)
        every = float(rng.uniform(6, 30))

        def advert(picture: Picture, game: Any, t: float) -> None:
            shown = blocks(np.random.default_rng((key, int(t // every) % 5)), w, h, 12)
            cv2.putText(shown, "USE CODE FORGE", (6, h // 2), FONT, 0.5, (255, 255, 255), 2)
            picture[y : y + h, x : x + w] = shown

        return advert
    if kind == "feed":
        x, y, w, h = free(210, 80)

        def feed(picture: Picture, game: Any, t: float) -> None:
            for place, line in chat_rows(t, 0.4, 4, key):
                cv2.putText(
                    picture,
                    line[:20],
                    (x, y + 16 + 18 * place),
                    FONT,
                    0.42,
                    (90, 220, 255),
                    1,
                    cv2.LINE_AA,
                )

        return feed
    x, y, w, h = free(300, 90)

    def alert(picture: Picture, game: Any, t: float) -> None:
        if (t + phase[0]) % 45 < 5:
            cv2.rectangle(picture, (x, y), (x + w, y + h), (180, 40, 160), -1)
            cv2.putText(picture, "NEW FOLLOWER", (x + 30, y + h // 2), FONT, 0.8, (255,) * 3, 2)

    return alert
