"""Signals: one number a second for each thing that makes a moment worth watching.

Each signal is measured by itself and kept apart from how they are weighed. Values here are raw
(decibels, words a second, people) and never negative; 0 means nothing out of the ordinary.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forge.scoring.chatters import DEFAULT_LAG, estimate_lag, unique_chatters
from forge.scoring.evidence import Evidence, Series
from forge.scoring.lexicon import HYPE, LAUGHTER, find

#: BS.1770's absolute gate in LUFS: what is quieter is silence and says nothing about the usual.
GATE = -70.0
#: Seconds around a moment that count as its usual loudness.
_BASELINE = 120
#: Seconds on each side over which speech and cuts are counted.
_SPEECH_REACH = 1.5
_CUT_REACH = 2.5
#: A sentence whose sentiment (VADER's compound, -1 to 1) is weaker than this is neutral talk.
_NEUTRAL = 0.4
_QUESTION = 0.4

Intensity = Callable[[str], float]


def measure(evidence: Evidence, intensity: Intensity) -> tuple[dict[str, Series], int]:
    """All signals that the evidence allows, by name, and the chat's lag in seconds.

    ``intensity`` gives the sentiment of a sentence from -1 to 1. A signal without evidence is
    missing, which is not the same as zero: it takes no weight from the others.
    """
    signals: dict[str, Series] = {}
    if evidence.loudness is not None:
        signals["loudness"] = loudness_jump(evidence)
    if evidence.words is not None:
        signals["hype"] = hype(evidence, intensity)
        signals["reactions"] = reactions(evidence)
        signals["speech_rate"] = speech_rate(evidence)
    if evidence.cuts is not None:
        signals["cuts"] = cut_rate(evidence)
    if evidence.motion is not None:
        signals["motion"] = _fitted(evidence.motion, evidence.seconds)
    lag = DEFAULT_LAG
    if evidence.messages:
        found = estimate_lag(evidence.messages, excitement(signals, evidence.seconds))
        lag = DEFAULT_LAG if found is None else found
        signals["chat"] = unique_chatters(evidence.messages, evidence.seconds, lag)
    return signals, lag


def levels(evidence: Evidence) -> Series:
    """The loudest momentary value of each second in LUFS; -inf where nothing was measured.

    A 400 ms window belongs to the second that holds its middle.
    """
    assert evidence.loudness is not None
    values = np.full(evidence.seconds, -np.inf)
    middles = (np.arange(len(evidence.loudness)) - 1) / 10
    places = np.clip(np.floor(middles), 0, evidence.seconds - 1).astype(int)
    np.maximum.at(values, places, evidence.loudness)
    return values


def loudness_jump(evidence: Evidence) -> Series:
    """Decibels above the usual loudness of the two minutes around, at least 0.

    The usual is the median of the seconds that are not silent, so one scream does not raise it.
    """
    values = levels(evidence)
    usual = np.full(len(values), np.inf)
    half = _BASELINE // 2
    for second in range(len(values)):
        around = values[max(0, second - half) : second + half + 1]
        heard = around[around > GATE]
        if heard.size:
            usual[second] = float(np.median(heard))
    return np.where(values > GATE, np.maximum(0.0, values - usual), 0.0)


def hype(evidence: Evidence, intensity: Intensity) -> Series:
    """Weights of exciting phrases at the second they begin, plus strong sentiment.

    Sentiment alone stays below any phrase: thanking for a donation is warm, not exciting.
    """
    words = evidence.words or ()
    values = np.zeros(evidence.seconds)
    for hit in find([word.text for word in words], HYPE):
        values[_second(words[hit.first].start, evidence)] += hit.weight
    for sentence in evidence.sentences:
        strength = max(0.0, abs(intensity(sentence.text)) - _NEUTRAL)
        begin = _second(words[sentence.first].start, evidence)
        end = _second(words[sentence.last - 1].end, evidence)
        values[begin : end + 1] += strength * 0.5
    return values


def reactions(evidence: Evidence) -> Series:
    """Laughter at the second it is heard, and questions at the second they end."""
    words = evidence.words or ()
    values = np.zeros(evidence.seconds)
    for hit in find([word.text for word in words], LAUGHTER):
        values[_second(words[hit.first].start, evidence)] += hit.weight
    for sentence in evidence.sentences:
        last = words[sentence.last - 1]
        if "?" in last.text:
            values[_second(last.end, evidence)] += _QUESTION
    return values


def speech_rate(evidence: Evidence) -> Series:
    """Words a second, counted over the three seconds around each second's middle."""
    starts = np.array([word.start for word in evidence.words or ()])
    return _rate(starts, evidence.seconds, _SPEECH_REACH)


def cut_rate(evidence: Evidence) -> Series:
    """Cuts a second, counted over the five seconds around each second's middle."""
    return _rate(np.array(evidence.cuts or ()), evidence.seconds, _CUT_REACH)


def excitement(signals: dict[str, Series], seconds: int) -> Series:
    """What chat would react to: loudness and hype, each scaled by its own maximum."""
    total = np.zeros(seconds)
    for name in ("loudness", "hype"):
        values = signals.get(name)
        if values is not None and values.max() > 0:
            total += values / values.max()
    return total


def _rate(times: Series, seconds: int, reach: float) -> Series:
    middles = np.arange(seconds) + 0.5
    ordered = np.sort(times)
    begin = np.searchsorted(ordered, middles - reach, side="left")
    end = np.searchsorted(ordered, middles + reach, side="right")
    return (end - begin) / (2 * reach)


def _second(time: float, evidence: Evidence) -> int:
    return min(max(0, int(time)), evidence.seconds - 1)


def _fitted(values: Series, seconds: int) -> Series:
    fitted = np.zeros(seconds)
    length = min(len(values), seconds)
    fitted[:length] = values[:length]
    return fitted
