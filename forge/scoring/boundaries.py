"""Where a clip may begin and end: never inside a word, best where something ends anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from forge.scoring.evidence import Evidence, Series, Span
from forge.scoring.stillness import closing, opening, still

#: Seconds of air before the first word and after the last one, when there is room. A first
#: consonant cut off is heard; more than this is felt as a pause.
LEAD = 0.35
TAIL = 0.45
#: How good a place is, in the currency of seconds of highlight (see candidates).
SENTENCE, ANSWERED, SEEN, SILENCE, CUT, BARE = 2.5, 2.0, 1.5, 1.2, 1.0, -4.0
#: Nobody speaks for at least so long between two sentences: a pause, in which something may be
#: seen. A clip shows no more of it than ``_LOOK`` seconds before the next words, or viewers leave;
#: and what lasts longer than ``_REACTION`` is no reaction to the words before it.
_PAUSE, _LOOK, _REACTION = 1.0, 3.0, 5.0
#: This much quieter than the usual level counts as silence, in LU; and at least this long.
_QUIET = 15.0
_MIN_SILENCE = 0.5
#: A boundary in silence keeps this much of it, so that the sound's onset is whole. Seconds.
_AIR = 0.2


@dataclass(frozen=True)
class Boundaries:
    """Possible times, ascending, each with its value; ``starts`` and ``ends`` differ.

    A value is how natural the place is, less what stillness costs there (see stillness).
    """

    starts: Series
    start_values: Series
    ends: Series
    end_values: Series


def find_boundaries(evidence: Evidence) -> Boundaries:
    """All places where a clip may begin or end; the recording's own ends are among them.

    With words present, no place lies strictly inside a word; a start at a sentence lies up to
    0.35 s before its first word and an end up to 0.45 s after its last, without reaching into
    a neighbour. A pause between sentences can be shown, too, before what is said or after it,
    and so can what is heard or seen without a word. Places of the kind BARE are a way out where
    nobody pauses. A start before a silence is worth less, and an end after one.
    """
    duration = evidence.duration
    starts: list[tuple[float, float]] = [(0.0, SENTENCE)]
    ends: list[tuple[float, float]] = [(duration, SENTENCE)]
    for place, value in _word_places(evidence, ends_too=False):
        starts.append((place, value))
    for place, value in _word_places(evidence, ends_too=True):
        ends.append((place, value))
    seen, answered = _pause_places(evidence)
    starts += [(place, SEEN) for place in seen]
    ends += [(place, ANSWERED) for place in answered]
    for begin, end in silences(evidence):
        starts.append((max(begin, end - _AIR), SILENCE))
        ends.append((min(end, begin + _AIR), SILENCE))
    for begin, end in evidence.black:
        starts.append((end, CUT))
        ends.append((begin, CUT))
    for cut in evidence.cuts or ():
        if not any(begin <= cut <= end for begin, end in evidence.black):
            starts.append((cut, CUT))
            ends.append((cut, CUT))
    stretches = still(evidence)
    begun, ended = _wordless_places(evidence, stretches)
    starts += [(place, SEEN) for place in begun]
    ends += [(place, ANSWERED) for place in ended]
    grid = [(float(second), BARE) for second in range(1, evidence.seconds)]
    first, first_values = _settle(starts + grid, evidence)
    last, last_values = _settle(ends + grid, evidence)
    return Boundaries(
        first,
        np.round(first_values - opening(first, stretches), 3),
        last,
        np.round(last_values - closing(last, stretches), 3),
    )


def silences(evidence: Evidence) -> list[Span]:
    """Stretches of at least half a second that are far below the recording's usual level."""
    levels = evidence.loudness
    if levels is None or levels.size == 0:
        return []
    heard = levels[levels > -70.0]
    threshold = float(np.median(heard)) - _QUIET if heard.size else 0.0
    quiet = np.concatenate(([False], levels < threshold, [False]))
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    spans = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        begin, end = max(0.0, (first + 1) / 10 - 0.4), min(after / 10, evidence.duration)
        if end - begin >= _MIN_SILENCE:
            spans.append((begin, end))
    return spans


def _word_places(evidence: Evidence, *, ends_too: bool) -> Iterable[tuple[float, float]]:
    """A place before (or after) each word: of value SENTENCE at sentences, else BARE."""
    words = evidence.words or ()
    edges = {sentence.last - 1 if ends_too else sentence.first for sentence in evidence.sentences}
    latest = 0.0
    for place, word in enumerate(words):
        if ends_too:
            following = words[place + 1].start if place + 1 < len(words) else evidence.duration
            time = min(word.end + TAIL, max(word.end, following))
        else:
            time = max(word.start - LEAD, min(latest, word.start))
            latest = max(latest, word.end)
        yield time, SENTENCE if place in edges else BARE


def _pause_places(evidence: Evidence) -> tuple[list[float], list[float]]:
    """In pauses between sentences: where a clip may begin to show what the next one is about, and
    where it may end when it has shown how the last one was answered (a laugh, a bang, a face).
    """
    words = evidence.words or ()
    seen, answered = [], []
    spoken = 0.0
    for sentence in evidence.sentences:
        following = words[sentence.first].start
        if following - spoken >= _PAUSE:
            seen.append(max(spoken + TAIL if spoken else 0.0, following - _LOOK))
            if spoken and following - spoken <= _REACTION:
                answered.append(following - LEAD)
        spoken = max(spoken, *(word.end for word in words[sentence.first : sentence.last]))
    return seen, answered


def _wordless_places(
    evidence: Evidence, stretches: Iterable[Span]
) -> tuple[list[float], list[float]]:
    """Just before something begins after stillness, and just after something ended in it, where
    no word does: a bang, a laugh, a picture that moves. Words have places of their own.
    """
    first = np.array([word.start for word in evidence.words or ()])
    last = np.sort([word.end for word in evidence.words or ()])
    begun = [
        max(begin, end - LEAD)
        for begin, end in stretches
        if end < evidence.duration and not _any_within(first, end, end + LEAD)
    ]
    ended = [
        min(end, begin + TAIL)
        for begin, end in stretches
        if begin > 0 and not _any_within(last, begin - TAIL, begin)
    ]
    return begun, ended


def _any_within(times: Series, low: float, high: float) -> bool:
    """Whether one of the ascending times lies from ``low`` to ``high``."""
    place = int(np.searchsorted(times, low))
    return place < len(times) and bool(times[place] <= high)


def _settle(places: Iterable[tuple[float, float]], evidence: Evidence) -> tuple[Series, Series]:
    """Drops what lies outside the recording or inside a word, and keeps the best of equals."""
    best: dict[float, float] = {}
    for time, value in places:
        time = round(time, 3)
        if 0 <= time <= evidence.duration:
            best[time] = max(value, best.get(time, -np.inf))
    times = np.array(sorted(best))
    values = np.array([best[time] for time in times.tolist()])
    free = ~inside_words(times, evidence)
    return times[free], values[free]


def inside_words(times: Series, evidence: Evidence) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each time, whether it lies strictly inside a word."""
    words = evidence.words or ()
    starts = np.array([word.start for word in words])
    # Words may overlap (two speakers): a time is free once all words that began have ended.
    reached = np.maximum.accumulate(np.array([word.end for word in words])) if words else starts
    before = np.searchsorted(starts, times, side="left")
    inside = np.zeros(len(times), dtype=bool)
    some = before > 0
    if words:
        inside[some] = times[some] < reached[before[some] - 1]
    return inside
