"""Why a clip was chosen, in plain words, and what it may be called."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forge.scoring.candidates import Candidate, bins
from forge.scoring.evidence import Series
from forge.scoring.kept import CROWD, Kept, Said

#: A signal with less of the score than this is not worth a sentence.
_WORTH_SAYING = 0.05
#: What music takes off is said from this part on.
_WORTH_LOSING = 0.1
_TITLE_LENGTH, _TITLE_WORDS = 60, 4
_QUOTE_LENGTH = 40
#: Decibels for which loudness doubles to the ear (Stevens: 10 phon are a factor of 2 in sone).
_DOUBLING = 10.0
#: A cue (0 to 1) below this is a guess, and is not claimed.
_SURE = 0.3


@dataclass(frozen=True)
class Findings:
    """What the explanations draw on: what was kept, each signal's part of the curve, and what
    music took off it.
    """

    kept: Kept
    parts: Mapping[str, Series]
    braked: Series | float


def shares(findings: Findings, clip: Candidate) -> dict[str, float]:
    """Each signal's share of the clip's score, from its five best seconds; they sum to 1.

    Where every signal is silent they share equally; without signals there are none.
    """
    if not findings.parts:
        return {}
    first, last = bins(clip.own, findings.kept.seconds)
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
        if share >= _WORTH_SAYING and findings.kept.signals[name].any():
            text = _SAY[name](findings.kept, clip)
            if text:
                found.append(text)
    lost = _lost(findings, clip)
    if found and lost >= _WORTH_LOSING:
        found.append(f"music lowers this by {100 * lost:.0f} %")
    return found or ["nothing stands out here; picked to cover the recording evenly"]


def _lost(findings: Findings, clip: Candidate) -> float:
    """What music takes off the clip's best second."""
    first, last = bins(clip.own, findings.kept.seconds)
    total = np.sum([values[first:last] for values in findings.parts.values()], axis=0)
    everywhere = np.broadcast_to(np.asarray(findings.braked), findings.kept.seconds)
    return float(everywhere[first + int(np.argmax(total))])


def title(kept: Kept, clip: Candidate) -> str:
    """A few of the clip's own words: the most exciting sentence, else the one at the peak.

    A sentence of fewer than four words goes on with the next one if that fits.
    """
    inside = _within(kept.sentences, clip)
    if not inside:
        return f"Moment at {clock(clip.peak)}"
    exciting = any(said.weight for said in inside)
    best = min(
        range(len(inside)),
        key=lambda place: (
            -inside[place].weight,
            place if exciting else abs(inside[place].start - clip.peak),
        ),
    )
    text = inside[best].text
    for said in inside[best + 1 :]:
        longer = f"{text} {said.text}"
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


def _within(said: Sequence[Said], clip: Candidate) -> Sequence[Said]:
    """What is said from beginning to end inside the clip."""
    first = bisect_left(said, clip.start - 0.01, key=lambda each: each.start)
    last = bisect_left(said, clip.end, key=lambda each: each.start)
    return [each for each in said[first:last] if each.end <= clip.end + 0.01]


def _top(kept: Kept, clip: Candidate, name: str) -> tuple[int, float]:
    first, last = bins(clip.own, kept.seconds)
    values = kept.signals[name][first:last]
    place = int(np.argmax(values))
    return first + place, float(values[place])


def _usual(kept: Kept, name: str) -> float:
    values = kept.signals[name]
    return float(np.median(values[values > 0]))


def _loudness(kept: Kept, clip: Candidate) -> str:
    second, jump = _top(kept, clip, "loudness")
    ratio = 2 ** (jump / _DOUBLING)
    return f"{ratio:.1f}x louder than usual at {clock(second)}" if jump >= 3 else ""


def _onset(kept: Kept, clip: Candidate) -> str:
    second, rise = _top(kept, clip, "onset")
    return f"a sudden sound at {clock(second)}" if rise >= 3 else ""


def _change(kept: Kept, clip: Candidate) -> str:
    second, _ = _top(kept, clip, "change")
    return f"the sound changes at {clock(second)}"


def _pitch(kept: Kept, clip: Candidate) -> str:
    second, height = _top(kept, clip, "pitch")
    high = f"the voice goes up by {height:.0f} semitones at {clock(second)}"
    return high if height >= 1.5 else ""


def _shout(kept: Kept, clip: Candidate) -> str:
    second, degree = _top(kept, clip, "shout")
    if degree <= 0:
        return ""
    return f"{'a shout' if degree >= _SURE else 'a raised voice'} at {clock(second)}"


def _interruptions(kept: Kept, clip: Candidate) -> str:
    second, rate = _top(kept, clip, "interruptions")
    return f"people talk over each other at {clock(second)}" if rate > 0 else ""


def _hype(kept: Kept, clip: Candidate) -> str:
    best = max(_within(kept.phrases, clip), key=lambda said: said.weight, default=None)
    return "" if best is None else f'says "{best.text}" at {clock(best.start)}'


def _sentiment(kept: Kept, clip: Candidate) -> str:
    values = kept.signals["sentiment"]
    most = _top(kept, clip, "sentiment")[1]
    # The signal lasts as long as its sentence; a shorter one beside it may share a second.
    felt = [
        said
        for said in _within(kept.sentences, clip)
        if (values[int(said.start) : int(said.end) + 1] >= most).all()
    ]
    longest = max(felt, key=lambda said: said.end - said.start, default=None)
    if most <= 0:
        return ""
    if longest is None:
        return "strong feelings in the words"
    return f'strong feelings in "{shorten(longest.text, _QUOTE_LENGTH)}"'


def _laughter(kept: Kept, clip: Candidate) -> str:
    if _within(kept.laughs, clip):
        return "laughter"
    second, degree = _top(kept, clip, "laughter")
    return f"sounds like laughter at {clock(second)}" if degree >= _SURE else ""


def _speech(kept: Kept, clip: Candidate) -> str:
    second, rate = _top(kept, clip, "speech_rate")
    usual = _usual(kept, "speech_rate")
    fast = f"talks fast at {clock(second)} ({rate:.1f} words a second, usually {usual:.1f})"
    return fast if rate > 1.2 * usual else ""


def _cuts(kept: Kept, clip: Candidate) -> str:
    second, _ = _top(kept, clip, "cuts")
    near = [cut for cut in kept.cuts if abs(cut - second - 0.5) <= 5]
    many = f"{len(near)} scene changes within 10 s"
    return many if len(near) > 1 else f"the scene changes at {clock(near[0])}" if near else ""


def _motion(kept: Kept, clip: Candidate) -> str:
    second, most = _top(kept, clip, "motion")
    much = f"much movement in the picture at {clock(second)}"
    return much if most > 1.2 * _usual(kept, "motion") else ""


def _chat(kept: Kept, clip: Candidate) -> str:
    second, _ = _top(kept, clip, "chat")
    people = int(kept.crowd[second])
    return f"{people} people wrote in chat within {CROWD} s" if people > 1 else ""


def _emotes(kept: Kept, clip: Candidate) -> str:
    second, more = _top(kept, clip, "emotes")
    return f"chat cheers or laughs about {clock(second)}" if more > 1 else ""


_SAY: dict[str, Callable[[Kept, Candidate], str]] = {
    "loudness": _loudness,
    "onset": _onset,
    "change": _change,
    "pitch": _pitch,
    "shout": _shout,
    "laughter": _laughter,
    "interruptions": _interruptions,
    "speech_rate": _speech,
    "hype": _hype,
    "sentiment": _sentiment,
    "chat": _chat,
    "emotes": _emotes,
    "motion": _motion,
    "cuts": _cuts,
}
