"""Why a clip was chosen, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from forge.scoring.candidates import Candidate, bins
from forge.scoring.evidence import Series
from forge.scoring.kept import CROWD, Kept
from forge.scoring.wording import clock, shorten, within

#: A signal with less of the score than this is not worth a sentence.
_WORTH_SAYING = 0.05
#: What music takes off is said from this part on.
_WORTH_LOSING = 0.1
_QUOTE_LENGTH = 40
#: Decibels for which loudness doubles to the ear (Stevens: 10 phon are a factor of 2 in sone).
_DOUBLING = 10.0
#: What less than this would claim, nobody would notice: LU, dB, dB; semitones; words a second,
#: by the usual ones; people beyond the usual number; motion by the usual one; scene changes.
_LOUDER, _SUDDEN, _OTHER, _HIGHER = 4.0, 3.0, 3.0, 2.5
_FASTER, _PEOPLE, _LIVELIER, _MANY_CUTS = 1.3, 2.0, 1.5, 3
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


class Claim(NamedTuple):
    """What happens, as a title would have it, and as a sentence of the explanation."""

    happens: str
    text: str


def claims(findings: Findings, clip: Candidate, parts: Mapping[str, float]) -> list[Claim]:
    """What can be said for the clip, the strongest first.

    Signals that measure one thing speak together: nobody is told three times that it was loud.
    One with less than 5 % of the score, or with less than a person would notice, says nothing.
    """
    kept = findings.kept
    worth = {
        name for name, share in parts.items() if share >= _WORTH_SAYING and kept.signals[name].any()
    }

    def share(kind: tuple[str, tuple[str, ...], _Say]) -> float:
        return sum(parts[name] for name in kind[1] if name in worth)

    return [
        Claim(happens, text)
        for happens, names, say in sorted(_KINDS, key=share, reverse=True)
        if worth.intersection(names)
        for text in say(kept, clip, worth)
    ]


def reasons(findings: Findings, clip: Candidate, claimed: Collection[Claim]) -> list[str]:
    """The claims as sentences, and what music counts against them; at least one sentence."""
    found = [claim.text for claim in claimed]
    lost = _lost(findings, clip)
    if found and lost >= _WORTH_LOSING:
        found.append(f"music counts {100 * lost:.0f} % against it")
    return found or ["nothing stands out here"]


def _lost(findings: Findings, clip: Candidate) -> float:
    """What music takes off the clip's best second."""
    first, last = bins(clip.own, findings.kept.seconds)
    total = np.sum([values[first:last] for values in findings.parts.values()], axis=0)
    everywhere = np.broadcast_to(np.asarray(findings.braked), findings.kept.seconds)
    return float(everywhere[first + int(np.argmax(total))])


def _top(kept: Kept, clip: Candidate, name: str) -> tuple[int, float]:
    first, last = bins(clip.own, kept.seconds)
    values = kept.signals[name][first:last]
    place = int(np.argmax(values))
    return first + place, float(values[place])


def _usual(kept: Kept, name: str) -> float:
    values = kept.signals[name]
    return float(np.median(values[values > 0]))


def _sound(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    if "loudness" in worth:
        second, jump = _top(kept, clip, "loudness")
        if jump >= _LOUDER:
            return [f"{2 ** (jump / _DOUBLING):.1f} times as loud as usual at {clock(second)}"]
    if "onset" in worth:
        second, rise = _top(kept, clip, "onset")
        if rise >= _SUDDEN:
            return [f"a sudden sound at {clock(second)}"]
    if "change" in worth:
        second, size = _top(kept, clip, "change")
        if size >= _OTHER:
            return [f"the sound changes at {clock(second)}"]
    return []


def _voice(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    height, called = 0.0, ""
    if "pitch" in worth:
        second, height = _top(kept, clip, "pitch")
        called = f"the voice goes up at {clock(second)}" if height >= _HIGHER else ""
    if "shout" in worth:
        second, degree = _top(kept, clip, "shout")
        if degree > 0:
            called = f"{'a shout' if degree >= _SURE else 'a raised voice'} at {clock(second)}"
    if called and height >= _HIGHER:
        called += f", {height:.0f} semitones higher than usual"
    return [called] if called else []


def _interruptions(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    second, rate = _top(kept, clip, "interruptions")
    return [f"people talk over each other at {clock(second)}"] if rate > 0 else []


def _words(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    found = []
    said = max(within(kept.phrases, clip), key=lambda each: each.weight, default=None)
    if "hype" in worth and said is not None:
        found.append(f"says “{said.text}” at {clock(said.start)}")
    if "sentiment" in worth:
        found += _feeling(kept, clip, quoted=said.start if found and said else None)
    return found


def _feeling(kept: Kept, clip: Candidate, quoted: float | None) -> list[str]:
    """Nothing where the sentence has been quoted from already."""
    values = kept.signals["sentiment"]
    second, most = _top(kept, clip, "sentiment")
    # The signal lasts as long as its sentence; a shorter one beside it may share a second.
    felt = [
        said
        for said in within(kept.sentences, clip)
        if (values[int(said.start) : int(said.end) + 1] >= most).all()
    ]
    longest = max(felt, key=lambda said: said.end - said.start, default=None)
    if most <= 0:
        return []
    if longest is None:
        return [f"strong feelings in the words at {clock(second)}"]
    if quoted is not None and longest.start <= quoted < longest.end:
        return []
    return [f"strong feelings in “{shorten(longest.text, _QUOTE_LENGTH)}”"]


def _laughter(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    written = within(kept.laughs, clip)
    if written:
        return [f"laughter at {clock(written[0].start)}"]
    second, degree = _top(kept, clip, "laughter")
    return [f"sounds like laughter at {clock(second)}"] if degree >= _SURE else []


def _speech(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    second, rate = _top(kept, clip, "speech_rate")
    usual = _usual(kept, "speech_rate")
    fast = f"talks fast at {clock(second)} ({rate:.1f} words a second, usually {usual:.1f})"
    return [fast] if rate >= _FASTER * usual else []


def _chat(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    cheers, people = "", ""
    if "emotes" in worth:
        second, more = _top(kept, clip, "emotes")
        cheers = f"chat cheers or laughs at {clock(second)}" if more >= _PEOPLE else ""
    if "chat" in worth:
        second, _ = _top(kept, clip, "chat")
        many, usual = int(kept.crowd[second]), int(np.median(kept.crowd))
        if many >= usual + _PEOPLE:
            people = f"{many} people wrote within {CROWD} s, usually {usual or 'none'}"
    if people and not cheers:
        return [f"chat is busy: {people}"]
    return [": ".join(filter(None, (cheers, people)))] if cheers else []


def _picture(kept: Kept, clip: Candidate, worth: Collection[str]) -> list[str]:
    if "cuts" in worth:
        second, _ = _top(kept, clip, "cuts")
        near = sum(abs(cut - second - 0.5) <= 5 for cut in kept.cuts)
        if near >= _MANY_CUTS:
            return [f"{near} scene changes within 10 s"]
    if "motion" in worth:
        second, most = _top(kept, clip, "motion")
        if most >= _LIVELIER * _usual(kept, "motion"):
            return [f"a lot of movement in the picture at {clock(second)}"]
    return []


_Say = Callable[[Kept, Candidate, Collection[str]], list[str]]
#: What a title calls it, the signals that measure it (as in agreement), and their words.
_KINDS: tuple[tuple[str, tuple[str, ...], _Say], ...] = (
    ("Loud moment", ("loudness", "onset", "change"), _sound),
    ("Raised voice", ("pitch", "shout"), _voice),
    ("Laughter", ("laughter",), _laughter),
    ("Talking at once", ("interruptions",), _interruptions),
    ("Fast talk", ("speech_rate",), _speech),
    ("Strong words", ("hype", "sentiment"), _words),
    ("Busy chat", ("chat", "emotes"), _chat),
    ("Action", ("motion", "cuts"), _picture),
)
