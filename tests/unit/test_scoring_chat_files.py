"""Chat logs as people have them.

Rules of this file: bytes in, messages out; no files. The parsers are judged by what users really
have: Twitch's download shape with all its holes, CSV as spreadsheets write it, and text as chat
loggers do.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from forge.errors import ForgeError
from forge.scoring.chat import Message, parse_chat
from forge.scoring.chat_span import elsewhere


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
    "text",
    [
        "time_in_seconds,author_name,message,message_type\n1.5,ann,hi,x\n123,bob,no: way,x\n",
        "content_offset_seconds;username;body\n1.5;ann;hi\n123;bob;no: way\n",
        '"time_text","author_id","text"\n0:01.5,ann,hi\n2:03,bob,no: way\n',
        "[0:00:01.5] ann: hi\n[0:02:03] bob: no: way\n",
        "# kept by me\n\n[0:00:01.5] <ann> hi\n[0:02:03] <bob> no: way\n[0:02:04] * eve waves\n",
        "0:01.5 | ann: hi\n2:03 | (Moderator, 3-Month Subscriber) bob: no: way\nbob: when?\n",
        "(00:01.5) ann: hi\r\n(02:03) bob: no: way\r\n",
    ],
)
def test_tables_and_text_as_other_tools_write_them(text: str) -> None:
    expected = [Message(1.5, "ann", "hi"), Message(123.0, "bob", "no: way")]
    assert parse_chat(text.encode()) == expected
    assert parse_chat(text.encode("utf-16")) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quote_that_nobody_closed_costs_no_other_line(end: str) -> None:
    lines = ["time,user,message", '1,ann,"lol', '2,bob,"two', 'lines"', "3,eve,yo"]
    found = parse_chat(end.join(lines).encode())
    assert [(m.time, m.user, m.text) for m in found] == [
        (1.0, "ann", "lol"),
        (2.0, "bob", "two"),
        (3.0, "eve", "yo"),
    ]


def test_a_single_comment_is_a_log() -> None:
    assert [m.user for m in parse_chat(json.dumps(comment(1, "ann")).encode())] == ["ann"]


def cut_log(start: float, end: float, *times: float) -> bytes:
    """A log that says which part of a longer recording it is of."""
    video = {"start": start, "end": end, "length": 9000}
    return json.dumps({"video": video, "comments": [comment(time) for time in times]}).encode()


@pytest.mark.parametrize(
    ("duration", "first"),
    [
        (600.0, 10.0),  # The recording was cut as the chat was.
        (598.0, 10.0),
        (9000.0, 3610.0),  # It is whole, and only the chat was cut.
        (None, 3610.0),  # Nobody knows yet.
    ],
)
def test_a_cut_chat_fits_a_cut_recording(duration: float | None, first: float) -> None:
    data = cut_log(3600, 4200, 3610, 4100)
    assert parse_chat(data, duration)[0].time == first


def test_a_cut_chat_whose_times_count_from_the_cut_stays() -> None:
    assert parse_chat(cut_log(3600, 4200, 10, 500), 600.0)[0].time == 10


@pytest.mark.parametrize(
    "line", ["[2026-01-02 20:15:01 UTC] ann: hi", "# Start logging at 2026-01-02 20:15:00"]
)
def test_the_time_of_day_is_refused_and_says_why(line: str) -> None:
    with pytest.raises(ForgeError, match="time of day") as error:
        parse_chat(f"{line}\n[20:15:09]  bob: hm\n".encode())
    assert error.value.code == "bad_chat"
    assert "relative" in error.value.hint


def test_the_chat_of_another_recording_is_named() -> None:
    error = elsewhere(5000, 9000.4, 2, 600.0)
    assert error.code == "bad_chat"
    assert "2 messages" in error.message
    assert "from second 5000 to 9000, and it has 600 seconds" in error.message


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
        b"time,user,message\n" + b"1" * 5000 + b":00,ann,hi\n",
        b"ann: hi\nbob: hello\n",
        b"[[0:01] ann: hi",
        b'["a", ',
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
