"""What a made stream's picture shows: a game of one of six kinds, or somebody before a camera."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Rng = np.random.Generator

#: Pictures are made at half of 1080p.
WIDTH, HEIGHT = 960, 540


def texture(rng: Rng, width: int, height: int, finest: int) -> Picture:
    """Noise of several sizes, in colour: what a game's world looks like from afar."""
    world = np.zeros((height, width, 3), np.float32)
    size, weight = finest, 1.0
    while size < max(width, height):
        grid = rng.normal(0, weight, (height // size + 2, width // size + 2, 3))
        world += cv2.resize(grid.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        size, weight = size * 2, weight * 1.35
    world -= world.min()
    return np.asarray(world * (255 / world.max()), np.uint8)


def blocks(rng: Rng, width: int, height: int, count: int) -> Picture:
    """Upright blocks on a plain sky: many axis-aligned edges, as platform games have."""
    world = np.full((height, width, 3), rng.integers(60, 220, 3), np.uint8)
    for _ in range(count):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = (int(each) for each in rng.integers(20, 220, 2))
        colour = tuple(int(each) for each in rng.integers(10, 245, 3))
        cv2.rectangle(world, (x, y), (x + w, y + h), colour, -1)
    return world


def game_of(rng: Rng, kind: str) -> Callable[[float], Picture]:
    """The game's picture at a time in seconds."""
    phase, speed = rng.uniform(0, 100, 4), rng.uniform(0.5, 1.6)
    if kind in ("shooter", "dark", "racing"):
        world = texture(rng, 2400, 1350, int(rng.choice([4, 8, 16])))
        if kind == "dark":
            world = np.asarray(world * 0.28, np.uint8)

        def fly(t: float) -> Picture:
            zoom = 1.0 + 0.35 * np.sin(speed * t / 3 + phase[0])
            if kind == "racing":
                zoom = 0.8 + 0.7 * ((speed * t / 2) % 1)
            angle = 6 * np.sin(speed * t + phase[1])
            x = 1200 + 420 * np.sin(speed * t * 0.9 + phase[2])
            y = 675 + 200 * np.sin(speed * t * 0.7 + phase[3])
            turn = cv2.getRotationMatrix2D((x, y), angle, zoom)
            turn[:, 2] += np.array([WIDTH / 2 - x, HEIGHT / 2 - y])
            return np.asarray(cv2.warpAffine(world, turn, (WIDTH, HEIGHT)), np.uint8)

        return fly
    if kind == "platformer":
        world = blocks(rng, 5200, HEIGHT + 200, 420)

        def scroll(t: float) -> Picture:
            x = int((4200 / 2) * (1 + np.sin(speed * t / 9 + phase[0])))
            y = int(100 * (1 + np.sin(speed * t / 2 + phase[1])))
            return world[y : y + HEIGHT, x : x + WIDTH].copy()

        return scroll
    if kind == "strategy":
        world = texture(rng, 2000, 1200, 8)
        units = rng.uniform(0, 1, (60, 4))

        def command(t: float) -> Picture:
            stop = int(t // rng_period)
            jump = np.random.default_rng((int(phase[0] * 1e6), stop))
            x, y = int(jump.integers(0, 1000)), int(jump.integers(0, 640))
            picture = world[y : y + HEIGHT, x : x + WIDTH].copy()
            for ux, uy, vx, vy in units:
                place = (
                    int(WIDTH * ((ux + 0.02 * vx * t) % 1)),
                    int(HEIGHT * ((uy + 0.02 * vy * t) % 1)),
                )
                cv2.circle(picture, place, 6, (40, 200, 240), -1)
            return picture

        rng_period = float(rng.uniform(4, 25))
        return command
    table = texture(rng, WIDTH, HEIGHT, 64)
    cards = rng.uniform(0, 1, (14, 3))

    def play(t: float) -> Picture:
        picture = table.copy()
        turn = np.random.default_rng((int(phase[0] * 1e6), int(t // 12)))
        for cx, cy, grey in cards:
            if turn.uniform() < 0.6:
                x, y = int(cx * 860), int(60 + cy * 360)
                tone = int(120 + 120 * grey)
                cv2.rectangle(picture, (x, y), (x + 64, y + 92), (tone, tone - 30, 200), -1)
                cv2.rectangle(picture, (x, y), (x + 64, y + 92), (20, 20, 20), 2)
        return picture

    return play


def webcam_of(rng: Rng, width: int, height: int, kind: str) -> Callable[[float], Picture]:
    """The facecam's picture at a time: a person in a room, or a drawn avatar."""
    phase, pace = rng.uniform(0, 100, 8), rng.uniform(0.6, 1.8)
    still = kind == "still"
    if kind == "avatar":
        room = np.full((height, width, 3), rng.integers(40, 230, 3), np.uint8)
        if rng.uniform() < 0.5:
            room = cv2.GaussianBlur(blocks(rng, width, height, 8), (0, 0), 3)
    else:
        room = cv2.GaussianBlur(texture(rng, width, height, 32), (0, 0), 1.5)
        room = np.asarray(room * rng.uniform(0.25, 0.8), np.uint8)
        for _ in range(int(rng.integers(0, 6))):  # Shelves, a door, a poster.
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            tone = tuple(int(each) for each in rng.integers(20, 220, 3))
            cv2.rectangle(
                room,
                (x, y),
                (x + int(rng.integers(5, width // 2)), y + int(rng.integers(4, height // 2))),
                tone,
                -1,
            )
    skin = tuple(int(each) for each in rng.integers([60, 80, 120], [190, 210, 245]))
    shirt = tuple(int(each) for each in rng.integers(10, 230, 3))
    hair = tuple(int(each) for each in rng.integers(5, 120, 3))
    reach = 0.012 if still else float(rng.uniform(0.025, 0.08))
    side = rng.uniform(0.38, 0.62)
    size = rng.uniform(0.19, 0.3)

    def look(t: float) -> Picture:
        picture = room.copy()
        sway = np.sin(pace * t + phase[0]) + 0.6 * np.sin(2.7 * pace * t + phase[1])
        nod = np.sin(1.7 * pace * t + phase[2]) + 0.5 * np.sin(4.1 * pace * t + phase[3])
        x = int(width * (side + reach * sway))
        y = int(height * (0.46 + 0.7 * reach * nod))
        head = max(4, int(size * height))
        body = (int(x - 0.3 * reach * width * sway), int(height * 1.08))
        cv2.ellipse(picture, body, (int(head * 1.7), int(height * 0.5)), 0, 0, 360, shirt, -1)
        cv2.ellipse(picture, (x, y), (int(head * 0.78), head), 4 * nod, 0, 360, skin, -1)
        cv2.ellipse(
            picture, (x, y - head // 3), (int(head * 0.8), int(head * 0.75)), 0, 180, 360, hair, -1
        )
        talk = abs(np.sin(5 * pace * t + phase[4]))
        cv2.ellipse(
            picture,
            (x, y + head // 2),
            (head // 4, 1 + int(head * 0.14 * talk)),
            0,
            0,
            360,
            (40, 30, 90),
            -1,
        )
        for eye in (-1, 1):
            cv2.circle(picture, (x + eye * head // 3, y), max(1, head // 9), (30, 30, 30), -1)
        light = 1.0 + (0.0 if kind == "avatar" else 0.02) * np.sin(0.7 * t + phase[5])
        grain = 0.0 if kind == "avatar" else 2.0
        noise = np.random.default_rng(int(abs(t) * 1e4) + int(phase[6] * 1e6))
        noisy = picture * light + noise.normal(0, grain, picture.shape)
        return np.asarray(np.clip(noisy, 0, 255), np.uint8)

    return look
