"""Signals: one number a second for each thing that makes a moment worth watching.

Each signal is measured by itself and kept apart from how they are weighed. Values here are raw
(decibels, words a second, people) and never negative; 0 means nothing out of the ordinary.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forge.scoring import voices
from forge.scoring.chat import Message
from forge.scoring.chatters import DEFAULT_LAG, above_usual, estimate_lag, moved, unique_chatters
from forge.scoring.emotes import excited
from forge.scoring.evidence import Evidence, Series, Sound
from forge.scoring.fusion import notable
from forge.scoring.lexicon import HYPE, LAUGHTER
from forge.scoring.said import Intensity, hits, sentiment, weigh_hits
from forge.scoring.sound import FRAMES

#: BS.1770's absolute gate in LUFS: what is quieter is silence and says nothing about the usual.
GATE = -70.0
#: Seconds around a moment that count as its usual loudness.
_BASELINE = 120
#: Seconds on each side over which cuts are counted, and sounds compared.
_CUT_REACH = 2.5
_CHANGE_REACH = 3


def measure(evidence: Evidence, intensity: Intensity) -> tuple[dict[str, Series], int]:
    """All signals that the evidence allows, by name, and the chat's lag in seconds.

    ``intensity`` gives the sentiment of a sentence from -1 to 1. A signal without evidence is
    missing, which is not the same as zero: it takes no weight from the others. ``music`` speaks
    against a moment, all others for it.
    """
    signals: dict[str, Series] = {}
    if evidence.loudness is not None:
        signals["loudness"] = loudness_jump(evidence)
    if evidence.sound is not None:
        signals |= _heard(evidence, evidence.sound)
    if evidence.words is not None:
        signals["hype"] = weigh_hits(evidence, hits(evidence, HYPE))
        signals["sentiment"] = sentiment(evidence, intensity)
        signals["speech_rate"] = voices.speech_rate(evidence)
        laughs = np.minimum(1.0, weigh_hits(evidence, hits(evidence, LAUGHTER)))
        signals["laughter"] = np.maximum(laughs, signals.get("laughter", 0.0))
    if len({turn.speaker for turn in evidence.turns}) > 1:
        signals["interruptions"] = voices.interruptions(evidence)
    if evidence.cuts is not None:
        signals["cuts"] = voices.rate_of(list(evidence.cuts), evidence.seconds, _CUT_REACH)
    if evidence.motion is not None:
        signals["motion"] = _fitted(evidence.motion, evidence.seconds)
    lag = DEFAULT_LAG
    if evidence.messages:
        cheers = [message for message in evidence.messages if excited(message.text)]
        lag = _lag(evidence, cheers, excitement(signals, evidence.seconds))
        reach = evidence.seconds + lag
        people = unique_chatters(evidence.messages, reach)
        signals["chat"] = moved(above_usual(people), lag)
        signals["emotes"] = moved(above_usual(unique_chatters(cheers, reach)), lag)
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


def onset(sound: Sound, seconds: int) -> Series:
    """The sharpest attack of each second: how far 24 bands rise within 60 ms, in dB."""
    whole = len(sound.onset) // FRAMES
    sharpest = sound.onset[: whole * FRAMES].reshape(whole, FRAMES).max(axis=1, initial=0.0)
    return _fitted(np.maximum(0.0, sharpest - np.median(sharpest)) if whole else sharpest, seconds)


def change(sound: Sound, seconds: int) -> Series:
    """How differently it sounds in the three seconds from here on, against the three before.

    The root mean square over 24 mel bands, in dB (novelty after J. Foote, 2000).
    """
    values = np.zeros(seconds)
    bands = sound.bands
    for second in range(1, min(seconds, len(bands))):
        before = bands[max(0, second - _CHANGE_REACH) : second].mean(axis=0)
        after = bands[second : second + _CHANGE_REACH].mean(axis=0)
        values[second] = float(np.sqrt(np.mean((after - before) ** 2)))
    return np.maximum(0.0, values - np.median(values))


def excitement(signals: dict[str, Series], seconds: int) -> Series:
    """What chat would react to: what is loud, sudden, shouted, laughed at or said, if rare."""
    total = np.zeros(seconds)
    for name in ("loudness", "onset", "shout", "laughter", "hype"):
        if name in signals:
            total += notable(name, signals[name])
    return total


def _lag(evidence: Evidence, cheers: Sequence[Message], cause: Series) -> int:
    """From those who cheer, else from everybody: raids and greetings answer to nothing."""
    for messages in (cheers, evidence.messages or ()):
        found = estimate_lag(messages, cause)
        if found is not None:
            return found
    return DEFAULT_LAG


def _heard(evidence: Evidence, sound: Sound) -> dict[str, Series]:
    found = {
        "onset": onset(sound, evidence.seconds),
        "change": change(sound, evidence.seconds),
        "laughter": voices.laughing(evidence, sound),
    }
    if evidence.words:
        found["pitch"] = voices.pitch(evidence, sound)
        found["shout"] = voices.shout(evidence, sound)
    if sound.music is not None:
        found["music"] = voices.music(evidence, sound)
    return found


def _fitted(values: Series, seconds: int) -> Series:
    fitted = np.zeros(seconds)
    length = min(len(values), seconds)
    fitted[:length] = values[:length]
    return fitted
