"""Why a clip was chosen, in plain words, and what it may be called."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forge.scoring.candidates import Candidate, bins
from forge.scoring.evidence import Evidence, Series
from forge.scoring.lexicon import HYPE, LAUGHTER, find

#: A signal with less of the score than this is not worth a sentence.
_WORTH_SAYING = 0.08
_TITLE_LENGTH, _TITLE_WORDS = 60, 4
#: Decibels for which loudness doubles to the ear (Stevens: 10 phon are a factor of 2 in sone).
_DOUBLING = 10.0


@dataclass(frozen=True)
class Findings:
    """What the explanations draw on: raw ``signals``, ``parts`` of the curve, the chat's lag."""

    evidence: Evidence
    signals: Mapping[str, Series]
    parts: Mapping[str, Series]
    lag: int


def shares(findings: Findings, clip: Candidate) -> dict[str, float]:
    """Each signal's share of the clip's score, from its five best seconds; they sum to 1.

    Where every signal is silent they share equally; without signals there are none.
    """
    if not findings.parts:
        return {}
    first, last = bins(clip.own, findings.evidence.seconds)
    total = np.sum([values[first:last] for values in findings.parts.values()], axis=0)
    best = np.argsort(-total, kind="stable")[:5]
    sums = {name: float(part[first:last][best].sum()) for name, part in findings.parts.items()}
    whole = sum(sums.values())
    if whole <= 0:
        return {name: 1 / len(sums) for name in sums}
    return {name: value / whole for name, value in sums.items()}


def reasons(findings: Findings, clip: Candidate, parts: Mapping[str, float]) -> list[str]:
    """One sentence for each signal that matters, the strongest first; at least one."""
    found = []
    for name, share in sorted(parts.items(), key=lambda item: (-item[1], item[0])):
        if share >= _WORTH_SAYING and findings.signals[name].any():
            text = _SAY[name](findings, clip)
            if text:
                found.append(text)
    return found or ["nothing stands out here; picked to cover the recording evenly"]


def title(evidence: Evidence, clip: Candidate) -> str:
    """A few of the clip's own words: the most exciting sentence, else the one at the peak.

    A sentence of fewer than four words goes on with the next one if that fits.
    """
    words = evidence.words or ()
    inside = [
        sentence
        for sentence in evidence.sentences
        if words[sentence.first].start >= clip.start - 0.01
        and words[sentence.last - 1].end <= clip.end + 0.01
    ]
    if not inside:
        return f"Moment at {clock(clip.peak)}"
    texts = [word.text for word in words]
    hype = [
        sum(hit.weight for hit in find(texts[sentence.first : sentence.last], HYPE))
        for sentence in inside
    ]
    distance = [abs(words[sentence.first].start - clip.peak) for sentence in inside]
    order = range(len(inside)) if any(hype) else distance
    best = min(range(len(inside)), key=lambda place: (-hype[place], order[place]))
    text = inside[best].text
    for sentence in inside[best + 1 :]:
        longer = f"{text} {sentence.text}"
        if len(text.split()) >= _TITLE_WORDS or len(longer) > _TITLE_LENGTH:
            break
        text = longer
    return shorten(text)


def shorten(text: str, length: int = _TITLE_LENGTH) -> str:
    """Text cut at a word so that it fits, with an ellipsis when something is missing."""
    text = " ".join(text.split())
    if len(text) > length:
        cut = text[: length - 1].rsplit(" ", 1)[0]
        return cut.rstrip(",;:-. ") + "…"
    return text.rstrip(",;:- ").removesuffix(".")


def clock(seconds: float) -> str:
    """``0:35``, ``12:03`` or ``1:02:03``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _top(findings: Findings, clip: Candidate, name: str) -> tuple[int, float]:
    first, last = bins(clip.own, findings.evidence.seconds)
    values = findings.signals[name][first:last]
    place = int(np.argmax(values))
    return first + place, float(values[place])


def _loudness(findings: Findings, clip: Candidate) -> str:
    second, jump = _top(findings, clip, "loudness")
    ratio = 2 ** (jump / _DOUBLING)
    return f"{ratio:.1f}x louder than usual at {clock(second)}" if jump >= 3 else ""


def _said(
    findings: Findings, clip: Candidate, lexicon: dict[str, float]
) -> tuple[str, float] | None:
    """The weightiest phrase of the lexicon that the clip holds entirely, and when it begins."""
    words = findings.evidence.words or ()
    first = bisect_left(words, clip.start, key=lambda word: word.start)
    last = bisect_right(words, clip.end, key=lambda word: word.start)
    inside = [word for word in words[first:last] if word.end <= clip.end]
    hits = find([word.text for word in inside], lexicon)
    best = max(hits, key=lambda hit: hit.weight, default=None)
    return None if best is None else (best.phrase, inside[best.first].start)


def _hype(findings: Findings, clip: Candidate) -> str:
    said = _said(findings, clip, HYPE)
    if said is None:
        return "strong feelings in the words" if _top(findings, clip, "hype")[1] > 0 else ""
    return f'says "{said[0]}" at {clock(said[1])}'


def _reactions(findings: Findings, clip: Candidate) -> str:
    if _said(findings, clip, LAUGHTER) is not None:
        return "laughter"
    return "asks a question" if _top(findings, clip, "reactions")[1] > 0 else ""


def _speech(findings: Findings, clip: Candidate) -> str:
    second, rate = _top(findings, clip, "speech_rate")
    values = findings.signals["speech_rate"]
    usual = float(np.median(values[values > 0]))
    fast = f"talks fast at {clock(second)} ({rate:.1f} words a second, usually {usual:.1f})"
    return fast if rate > 1.2 * usual else ""


def _cuts(findings: Findings, clip: Candidate) -> str:
    second, _ = _top(findings, clip, "cuts")
    near = [cut for cut in findings.evidence.cuts or () if abs(cut - second - 0.5) <= 5]
    many = f"{len(near)} scene changes within 10 s"
    return many if len(near) > 1 else f"the scene changes at {clock(near[0])}" if near else ""


def _motion(findings: Findings, clip: Candidate) -> str:
    second, most = _top(findings, clip, "motion")
    values = findings.signals["motion"]
    usual = float(np.median(values[values > 0]))
    return f"much movement in the picture at {clock(second)}" if most > 1.2 * usual else ""


def _chat(findings: Findings, clip: Candidate) -> str:
    second, most = _top(findings, clip, "chat")
    begin = second + findings.lag
    # What was written about later moments speaks for another clip.
    end = min(begin + 10, clip.end + findings.lag)
    messages = findings.evidence.messages or ()
    people = {message.user for message in messages if begin <= message.time < end}
    return f"{len(people)} people wrote in chat within 10 s" if min(most, len(people)) > 1 else ""


_SAY: dict[str, Callable[[Findings, Candidate], str]] = {
    "loudness": _loudness,
    "hype": _hype,
    "reactions": _reactions,
    "speech_rate": _speech,
    "cuts": _cuts,
    "motion": _motion,
    "chat": _chat,
}
