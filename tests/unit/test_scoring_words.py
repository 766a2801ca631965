"""What is said of a clip: the sentences of its explanation, and its title.

Rules of this file: pure values, no files. What a recording measured is written down by hand, so
that the right words are plain to a person; the texts are asked for word by word, as people read
them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forge.scoring.boundaries import find_boundaries
from forge.scoring.candidates import Candidate
from forge.scoring.evidence import Evidence
from forge.scoring.explain import Claim, Findings, claims, reasons
from forge.scoring.kept import Kept, Said
from forge.scoring.titles import title
from forge.scoring.wording import clock, shorten

SECONDS = 100
CLIP = Candidate(40.0, 60.0, 50, 0.9, (40.0, 60.0))


def kept(peaks: dict[str, float] | None = None, usual: float = 0.0, **changes: Any) -> Kept:
    """Each named signal has its peak at 0:50, and is ``usual`` elsewhere; three people chat."""
    signals = {}
    for name, value in (peaks or {}).items():
        signals[name] = np.full(SECONDS, usual)
        signals[name][50] = value
    crowd = np.full(SECONDS, 3.0)
    crowd[50] += (peaks or {}).get("chat", 0.0)
    given: dict[str, Any] = {
        "duration": float(SECONDS),
        "signals": signals,
        "lag": None,
        "chatters": 0,
        "crowd": crowd,
        "boundaries": find_boundaries(Evidence(float(SECONDS))),
        "sentences": (),
        "phrases": (),
        "laughs": (),
        "cuts": (),
    }
    return Kept(**(given | changes))


def told(recording: Kept, **share: float) -> list[str]:
    """The explanation, when the named signals have these parts of the score."""
    parts = dict.fromkeys(recording.signals, 0.2) | share
    return [claim.text for claim in claims(Findings(recording, {}, 0.0), CLIP, parts)]


def test_what_was_loud_is_told_once() -> None:
    assert told(kept({"loudness": 10.0, "onset": 20.0, "change": 9.0})) == [
        "2.0 times as loud as usual at 0:50"
    ]
    assert told(kept({"onset": 20.0, "change": 9.0})) == ["a sudden sound at 0:50"]
    assert told(kept({"change": 9.0})) == ["the sound changes at 0:50"]


def test_a_voice_is_told_once() -> None:
    assert told(kept({"pitch": 11.2, "shout": 0.8})) == [
        "a shout at 0:50, 11 semitones higher than usual"
    ]
    assert told(kept({"pitch": 1.0, "shout": 0.1})) == ["a raised voice at 0:50"]
    assert told(kept({"pitch": 4.0})) == [
        "the voice goes up at 0:50, 4 semitones higher than usual"
    ]


def test_chat_is_told_once_and_against_what_is_usual() -> None:
    both = kept({"chat": 24.0, "emotes": 20.0})
    assert told(both) == ["chat cheers or laughs at 0:50: 27 people wrote within 10 s, usually 3"]
    assert told(both, emotes=0.01) == ["chat is busy: 27 people wrote within 10 s, usually 3"]
    assert told(both, chat=0.01) == ["chat cheers or laughs at 0:50"]
    crowd = np.where(np.arange(SECONDS) == 50, 27.0, 0.0)
    assert told(kept({"chat": 27.0}, crowd=crowd)) == [
        "chat is busy: 27 people wrote within 10 s, usually none"
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loudness", 3.9),
        ("onset", 2.9),
        ("change", 2.9),
        ("pitch", 2.4),
        ("chat", 1.9),
        ("emotes", 1.9),
        ("laughter", 0.2),
    ],
)
def test_nobody_is_told_what_nobody_notices(name: str, value: float) -> None:
    assert told(kept({name: value})) == []
    assert told(kept({name: 10 * value}))


def test_what_moves_or_is_said_must_be_more_than_usual() -> None:
    assert told(kept({"motion": 14.0}, 10.0)) == []
    assert told(kept({"motion": 16.0}, 10.0)) == ["a lot of movement in the picture at 0:50"]
    assert told(kept({"speech_rate": 3.5}, 3.0)) == []
    assert told(kept({"speech_rate": 5.0}, 3.0)) == [
        "talks fast at 0:50 (5.0 words a second, usually 3.0)"
    ]
    cuts = {"cuts": 0.4}
    assert told(kept(cuts, cuts=(49.0, 51.0))) == []
    assert told(kept(cuts, cuts=(49.0, 51.0, 52.0))) == ["3 scene changes within 10 s"]


def test_a_sentence_is_not_quoted_twice() -> None:
    said = (Said("No way, I love this!", 49.5, 52.0, 1.6), Said("So be it.", 53.0, 54.0, 0.0))
    recording = kept(
        {"hype": 1.6, "sentiment": 0.8}, sentences=said, phrases=(Said("no way", 49.5, 50.0, 1.6),)
    )
    recording.signals["sentiment"][49:53] = 0.8
    assert told(recording) == ["says “no way” at 0:49"]
    assert told(recording, hype=0.01) == ["strong feelings in “No way, I love this!”"]


def test_the_strongest_comes_first_and_music_last() -> None:
    recording = kept({"loudness": 10.0, "laughter": 0.9})
    assert [text.split()[0] for text in told(recording, laughter=0.3)] == ["sounds", "2.0"]
    assert [text.split()[0] for text in told(recording, loudness=0.3)] == ["2.0", "sounds"]
    findings = Findings(recording, recording.signals, 0.25)
    claimed = [Claim("Laughter", "laughter at 0:50")]
    assert reasons(findings, CLIP, claimed) == ["laughter at 0:50", "music counts 25 % against it"]
    assert reasons(findings, CLIP, []) == ["nothing stands out here"]


LINES = (
    Said("We walk along.", 41.0, 42.0, 0.0),
    Said("my own cat with the key!", 46.0, 48.0, 0.0),
    Said("Ha ha ha!", 49.5, 51.0, 0.0),
    Said("Oh my god", 53.0, 54.0, 1.6),
    Said("Never seen that.", 54.5, 55.5, 0.0),
)


def test_a_title_is_what_was_said_at_the_peak() -> None:
    assert title(kept(sentences=LINES[:2]), CLIP, "") == "My own cat with the key!"
    # What was laughed about tells more than the laughter.
    assert title(kept(sentences=LINES[:3]), CLIP, "") == "My own cat with the key!"
    assert title(kept(sentences=LINES[2:3]), CLIP, "") == "Ha ha ha!"
    assert title(kept(sentences=LINES), CLIP, "") == "Oh my god. Never seen that"


def test_no_two_clips_have_one_title_if_there_is_another() -> None:
    first = title(kept(sentences=LINES), CLIP, "")
    second = title(kept(sentences=LINES), CLIP, "", {first})
    assert second == "My own cat with the key!"
    assert title(kept(sentences=LINES[1:2]), CLIP, "", {second}) == second


def test_where_nobody_speaks_the_title_is_what_happens() -> None:
    (claim,) = claims(Findings(kept({"laughter": 0.9}), {}, 0.0), CLIP, {"laughter": 1.0})
    assert title(kept(), CLIP, claim.happens) == "Laughter at 0:50"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Let's go!", "Let's go!"),
        ("  two\n lines. ", "two lines"),
        ("word " * 30, "word word word word word word word word word word word…"),
    ],
)
def test_titles_are_short(text: str, short: str) -> None:
    assert shorten(text, 60) == short
    assert len(shorten(text, 60)) <= 60


def test_times_read_like_a_players() -> None:
    assert [clock(t) for t in (0, 35.9, 723, 3723)] == ["0:00", "0:35", "12:03", "1:02:03"]
