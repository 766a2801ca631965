"""What chat tells: how many people write, how late, and whether they react to something.

Rules of this file: pure values, times in seconds, people by name, no files.
"""

from __future__ import annotations

import numpy as np
import pytest

from forge.scoring.chat import Message
from forge.scoring.chatters import above_usual, estimate_lag, unique_chatters
from forge.scoring.emotes import excited


def test_people_count_not_messages() -> None:
    messages = [Message(10 + i / 10, "bot", "x") for i in range(20)]
    messages += [Message(11, "ann", "x"), Message(14.9, "bob", "x"), Message(15.1, "eve", "x")]
    counts = unique_chatters(messages, 20)
    assert counts[10] == 3  # bot, ann, bob: within 10 to 15.
    assert counts[11] == 4
    assert counts[12] == 2  # bob, eve.
    assert counts[4] == 0
    assert list(unique_chatters(messages, 20, lag=7)[3:6]) == list(counts[10:13])


@pytest.mark.parametrize("lag", [3, 8, 14])
def test_the_lag_is_found_in_the_recording_itself(lag: int) -> None:
    excitement = np.zeros(300)
    messages = [Message(t, f"u{t % 7}", "") for t in range(0, 300, 11)]
    for event in (40, 111, 205, 250):
        excitement[event : event + 3] = 1
        messages += [Message(event + lag + i * 0.2, f"v{i}", "") for i in range(25)]
    found = estimate_lag(messages, excitement)
    assert found is not None
    assert abs(found - lag) <= 1


def test_without_evidence_there_is_no_lag() -> None:
    flat = np.zeros(300)
    bursts = [Message(100 + i / 10, f"v{i}", "") for i in range(25)]
    assert estimate_lag(bursts, flat) is None
    event = flat.copy()
    event[240:243] = 1  # Long after the burst of chat.
    assert estimate_lag(bursts, event) is None
    event = flat.copy()
    event[95] = 1
    assert estimate_lag(bursts[:4], event) is None  # Four people are no crowd.


@pytest.mark.parametrize(
    "text",
    [
        *("KEKW", "LUL LUL", "that was PogChamp", "W", "wwwww", "GG", "😂😂", "no way", "hahaha"),
        *("WHAT A PLAY", "???", "xD", "omg", "clip it", "lets goooo"),
    ],
)
def test_what_reacts(text: str) -> None:
    assert excited(text)


@pytest.mark.parametrize(
    "text",
    ["", "hi", "!join", "what game is this", "ok", "I", "USA", "hello from work", "where", "<3"],
)
def test_what_is_small_talk(text: str) -> None:
    assert not excited(text)


def test_a_chat_that_fills_up_is_no_reaction() -> None:
    counts = np.linspace(0, 40, 1200)
    counts[600:610] += 15
    more = above_usual(counts)
    assert more[605] == pytest.approx(15, abs=1)
    assert more[:580].max() < 3
    assert more[1100:].max() < 6
