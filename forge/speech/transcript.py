"""The shape of transcript.json, and sentences made of words.

::

    {"model": str, "note": str | null, "language": str, "duration": float,
     "words": [{"word", "start", "end", "probability", "speaker"}],
     "segments": [{"start", "end", "text", "speaker", "words": [first, last + 1]}],
     "turns": [{"speaker", "start", "end"}]}

``note`` says why the model is another than the one that suits the machine. Times are seconds of
the source; ``speaker`` is null until diarization has run, or when nobody can be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from forge.speech.words import UNSPACED, Word

#: A pause of this many seconds ends a segment even inside a sentence.
PAUSE = 0.8
_ENDS = ".?!…。？！"
_CLOSING = "\"'”’»)]"
_TITLES = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "vs."})


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends with this word: ``done.``, ``"What?"``, but not ``Mr.``."""
    bare = word.rstrip(_CLOSING)
    return bare[-1:] in _ENDS and bare != "" and bare.lower() not in _TITLES


def segments(words: Sequence[Word], *, spaced: bool = True) -> list[dict[str, Any]]:
    """Sentence-like segments: they end with a sentence, at a pause, or with the speaker.

    Every word is in exactly one segment, in order. A segment's speaker is that of its words;
    words of nobody belong to the segment they are in.
    """
    if not words:
        return []
    bounds = [0]
    speaker = words[0].speaker
    for index, (word, following) in enumerate(pairwise(words), start=1):
        changed = None not in (speaker, following.speaker) and speaker != following.speaker
        apart = following.start - word.end > PAUSE
        if changed or apart or ends_sentence(word.word):
            bounds.append(index)
            speaker = following.speaker
        else:
            speaker = speaker or following.speaker
    joint = " " if spaced else ""
    return [
        {
            "start": words[first].start,
            "end": words[last - 1].end,
            "text": joint.join(word.word for word in words[first:last]),
            "speaker": next((w.speaker for w in words[first:last] if w.speaker), None),
            "words": [first, last],
        }
        for first, last in pairwise([*bounds, len(words)])
    ]


def document(
    words: Sequence[Word],
    *,
    model: str,
    language: str,
    duration: float,
    note: str | None = None,
    turns: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """transcript.json as a value that :func:`json.dumps` takes."""
    return {
        "model": model,
        "note": note,
        "language": language,
        "duration": round(duration, 3),
        "words": [word.as_json() for word in words],
        "segments": segments(words, spaced=language not in UNSPACED),
        "turns": list(turns),
    }
