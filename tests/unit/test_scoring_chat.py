"""Chat logs and what they tell.

Rules of this file: pure values, times in seconds, people by name, no files. The parsers are judged
by what users really have: Twitch's download shape with all its holes, and CSV as spreadsheets write
it.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError
from forge.scoring.chat import Message, parse_chat
from forge.scoring.chatters import above_usual, estimate_lag, unique_chatters
from forge.scoring.emotes import excited


def log(*comments: Any) -> bytes:
    return json.dumps({"video": {"length": 60}, "comments": list(comments)}).encode()


def comment(time: Any, user: str = "ann", text: str = "hi") -> dict[str, Any]:
    return {
        "content_offset_seconds": time,
        "commenter": {"display_name": user},
        "message": {"body": text},
    }


def test_twitch_json_in_order_of_time() -> None:
    assert parse_chat(log(comment(7.5, "bob", "GG"), comment(2))) == [
        Message(2.0, "ann", "hi"),
        Message(7.5, "bob", "GG"),
    ]


def test_holes_in_twitch_json() -> None:
    found = parse_chat(
        log(
            comment(1, "ann"),
            comment("later"),
            {"content_offset_seconds": 2, "_id": "x", "commenter": None, "message": {"body": "a"}},
            {
                "content_offset_seconds": 3,
                "commenter": {"_id": "42", "display_name": "renamed"},
                "message": {"fragments": [{"text": "no "}, {"text": "way"}, 7]},
            },
            {"content_offset_seconds": 4, "commenter": {"name": "eve"}, "message": None},
            None,
        )
    )
    assert [(m.time, m.user, m.text) for m in found] == [
        (1.0, "ann", "hi"),
        (2.0, "x", "a"),
        (3.0, "42", "no way"),
        (4.0, "eve", ""),
    ]


OTHERS = {
    "chat-downloader": [
        {"time_in_seconds": 7.5, "author": {"name": "bob", "id": "2"}, "message": "GG"},
        {"time_in_seconds": 2, "author": {"display_name": "ann"}, "message": "hi"},
        {"time_text": "0:09", "message": "no time"},
    ],
    "twitch-dl": {
        "comments": [
            {
                "contentOffsetSeconds": 7.5,
                "commenter": {"displayName": "Bob", "login": "bob", "id": "2"},
                "message": {"fragments": [{"text": "G"}, {"text": "G"}]},
            },
            {
                "contentOffsetSeconds": 2,
                "commenter": {"displayName": "ann"},
                "message": {"fragments": [{"text": "hi"}]},
            },
        ]
    },
    "graphql": [
        {"data": {"video": {"comments": {"edges": [{"node": node}, {"cursor": "x"}]}}}}
        for node in (
            {
                "contentOffsetSeconds": 7.5,
                "commenter": {"id": "2"},
                "message": {"fragments": [{"text": "GG"}]},
            },
            {
                "contentOffsetSeconds": 2,
                "commenter": {"displayName": "ann"},
                "message": {"fragments": [{"text": "hi"}]},
            },
        )
    ],
}


@pytest.mark.parametrize("shape", OTHERS)
def test_the_other_downloaders_shapes(shape: str) -> None:
    expected = [Message(2.0, "ann", "hi"), Message(7.5, "2", "GG")]
    assert parse_chat(json.dumps(OTHERS[shape]).encode()) == expected


def test_one_comment_a_line_even_if_the_last_is_cut_off() -> None:
    lines = "\n".join(json.dumps(comment(time)) for time in (3, 1))
    assert [m.time for m in parse_chat((lines + '\n{"content_off').encode())] == [1.0, 3.0]


def test_an_empty_log_is_a_chat_in_which_nobody_wrote() -> None:
    assert parse_chat(log()) == []


@pytest.mark.parametrize(
    "text",
    [
        'time,user,message\n1.5,ann,hi\n0:02:03,bob,"no, way"\n',
        "\ufeffTime;User;Message\r\n1.5;ann;hi\r\n2:03;bob;no, way\r\n",
        "message\tuser\ttime\nhi\tann\t1.5\nno, way\tbob\t123\nshort\n",
    ],
)
def test_csv_as_spreadsheets_write_it(text: str) -> None:
    assert parse_chat(text.encode()) == [
        Message(1.5, "ann", "hi"),
        Message(123.0, "bob", "no, way"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"hello",
        b'{"comments": [',
        b'{"messages": []}',
        b"[1, 2]",
        b"[" * 100_000,
        b"\xff\xfe\x00\x01",
        b"time,user,message\n",
        b"time,user,message\nsoon,ann,hi\n",
        log(comment(None)),
        log("a", 1),
    ],
)
def test_what_is_no_chat_log_says_so(data: bytes) -> None:
    with pytest.raises(ForgeError) as error:
        parse_chat(data)
    assert error.value.code == "bad_chat"
    assert error.value.permanent
    assert "CSV" in error.value.hint


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
