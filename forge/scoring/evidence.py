"""What scoring knows about a recording, as plain values, read from the artifacts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forge.scoring.chat import Message
from forge.scoring.chat_span import AFTERMATH

Series = np.ndarray[Any, np.dtype[np.float64]]
Span = tuple[float, float]

_SENTENCE_ENDS = (".", "!", "?", "…", "。", "？", "！")


@dataclass(frozen=True)
class Word:
    """One spoken word; times in seconds from the start of the recording."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Sentence:
    """Words ``first`` to ``last`` (exclusive) of the transcript."""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Turn:
    """A stretch in which one person speaks; turns of different people may overlap."""

    speaker: str
    start: float
    end: float


@dataclass(frozen=True)
class Sound:
    """What was measured on the samples, 50 frames a second (see :mod:`forge.scoring.sound`).

    ``level`` in dB (only differences mean anything), ``pitch`` in Hz and 0 without a voice,
    ``onset`` the mean rise of 24 mel bands in dB, ``bright`` the level above 1 kHz against the
    whole in dB. ``bands`` are those bands' mean levels in dB, one row a second, and ``music``
    the share of each second that is music or singing, or None when nobody listened for it.
    """

    level: Series
    pitch: Series
    onset: Series
    bright: Series
    bands: np.ndarray[Any, np.dtype[np.float64]]
    music: Series | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything known; what was not measured is None, and an empty value means *nothing there*.

    ``loudness`` is momentary LUFS every 0.1 s, value i for the 400 ms that end at (i + 1) / 10;
    ``motion`` has one value a second; ``black`` are stretches without a picture.
    """

    duration: float
    words: tuple[Word, ...] | None = None
    sentences: tuple[Sentence, ...] = ()
    turns: tuple[Turn, ...] = ()
    sound: Sound | None = None
    loudness: Series | None = None
    cuts: tuple[float, ...] | None = None
    black: tuple[Span, ...] = ()
    motion: Series | None = None
    messages: tuple[Message, ...] | None = None

    @property
    def seconds(self) -> int:
        """The number of one-second bins: at least one, the last one may be cut short."""
        return max(1, math.ceil(self.duration))


def second_of(time: float, evidence: Evidence) -> int:
    """The one-second bin that holds a time, for times outside the recording the nearest."""
    return min(max(0, int(time)), evidence.seconds - 1)


def read_evidence(
    duration: float,
    *,
    transcript: Mapping[str, Any] | None = None,
    loudness: Mapping[str, Any] | None = None,
    scenes: Mapping[str, Any] | None = None,
    sound: Sound | None = None,
    messages: Sequence[Message] | None = None,
) -> Evidence:
    """Evidence from the artifacts' JSON; None for one that does not exist.

    A transcript without words counts as no speech, not as no transcript. Words are put in
    order and clipped to the recording; those without a usable time are dropped, and so are
    messages from after the end.
    """
    words, sentences = (None, ()) if transcript is None else _read_words(transcript, duration)
    motion = (scenes or {}).get("motion")
    return Evidence(
        duration=duration,
        words=words,
        sentences=sentences,
        turns=_read_turns(transcript or {}, duration),
        sound=sound,
        loudness=None if loudness is None else np.asarray(loudness["momentary"], dtype=float),
        cuts=None
        if scenes is None
        else tuple(sorted(float(cut) for cut in scenes["cuts"] if 0 < cut < duration)),
        black=tuple((float(a), float(b)) for a, b in (scenes or {}).get("black", ())),
        motion=None if motion is None else np.asarray(motion, dtype=float),
        messages=None
        if messages is None
        else tuple(message for message in messages if 0 <= message.time <= duration + AFTERMATH),
    )


def _read_turns(transcript: Mapping[str, Any], duration: float) -> tuple[Turn, ...]:
    turns = (
        Turn(
            str(turn["speaker"]), max(0.0, float(turn["start"])), min(duration, float(turn["end"]))
        )
        for turn in transcript.get("turns") or ()
    )
    return tuple(sorted((t for t in turns if t.start < t.end), key=lambda t: (t.start, t.end)))


def _read_words(
    transcript: Mapping[str, Any], duration: float
) -> tuple[tuple[Word, ...], tuple[Sentence, ...]]:
    ends = {int(segment["words"][1]) - 1 for segment in transcript.get("segments", ())}
    words: list[tuple[Word, bool]] = []
    for place, entry in enumerate(transcript["words"]):
        text = str(entry["word"]).strip()
        start, end = float(entry["start"]), float(entry["end"])
        if not (math.isfinite(start) and math.isfinite(end)):
            continue
        start, end = max(0.0, start), min(end, duration)
        if text and start <= end:
            words.append((Word(text, start, end), place in ends))
    words.sort(key=lambda pair: (pair[0].start, pair[0].end))
    sentences: list[Sentence] = []
    first = 0
    for place, (word, ends_segment) in enumerate(words):
        closed = word.text.rstrip("\"')]»”").endswith(_SENTENCE_ENDS)
        if closed or ends_segment or place == len(words) - 1:
            text = " ".join(word.text for word, _ in words[first : place + 1])
            sentences.append(Sentence(first, place + 1, text))
            first = place + 1
    return tuple(word for word, _ in words), tuple(sentences)
