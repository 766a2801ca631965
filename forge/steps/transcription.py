"""Speech to words: faster-whisper over windows that FORGE cuts itself.

faster-whisper's own modes read the whole recording into memory, and the batched one drops
speech (three times the word errors on a made stream). Here one window after another is read,
heard and written to the checkpoint: memory is bounded, and a kill costs one window.

Params: ``model`` (see :func:`forge.speech.whisper.find`) and ``language``, a code such as
``en`` or null to find out. Reads audio.wav, writes transcript.json without speakers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel

from forge.errors import ForgeError
from forge.speech.audio import SAMPLE_RATE, Recording
from forge.speech.journal import Journal
from forge.speech.transcript import document
from forge.speech.voice import speech
from forge.speech.whisper import PACKAGED, best
from forge.speech.windows import Window, plan
from forge.speech.words import UNSPACED, Heard, Word, place
from forge.steps.spec import Report, Spec

#: What is left of a window when the model stops is not worth another decoding (30 s of work).
TAIL = 0.3
#: Below this probability the first window does not settle the language of the recording.
SURE = 0.5


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes transcript.json. Raises ForgeError for a model or a WAV that cannot be used.

    A recording without speech gives a transcript without words, which is no failure.
    """
    name = str(spec.params.get("model") or PACKAGED)
    language = spec.params.get("language")
    with (
        Recording(spec.input("audio.wav")) as recording,
        closing(Journal(spec.checkpoint / "windows.jsonl")) as journal,
    ):
        listener = _Listener(recording, journal, name, language, report)
        words = list(listener.words())
        result = document(words, model=name, language=listener.spoken, duration=recording.duration)
    with (spec.outputs / "transcript.json").open("w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, allow_nan=False)
    return {
        "model": name,
        "language": listener.spoken,
        "words": len(words),
        "windows": len(journal.entries) + listener.heard,
        "resumed": len(journal.entries),
    }


class _Listener:
    """Hears one recording, window by window, from where the journal ends."""

    def __init__(
        self,
        recording: Recording,
        journal: Journal,
        name: str,
        language: str | None,
        report: Report,
    ) -> None:
        self._recording = recording
        self._journal = journal
        self._name = name
        self._settled = language
        self._guess = language
        self._report = report
        self._after = journal.entries[-1]["end"] if journal.entries else 0
        self._origin = self._reached = self._after
        self._began = time.monotonic()
        self.heard = 0
        for entry in journal.entries:
            self._learn(entry["language"], entry["certainty"])

    @property
    def spoken(self) -> str:
        """The language of the recording: the one asked for, the settled one, or the last guess."""
        return self._settled or self._guess or ("en" if self._name.endswith(".en") else "und")

    def words(self) -> Iterator[Word]:
        """All words: those of the journal, then those of the rest of the recording."""
        for entry in self._journal.entries:
            yield from (Word(*word) for word in entry["words"])
        spans = speech(self._recording, self._after, self._progress)
        model: WhisperModel | None = None
        for window in plan(spans, self._recording.length, after=self._after):
            if model is None:
                model = best(self._name)
                self._check(model)
                self._began = time.monotonic()
            words = self._hear(model, window)
            self.heard += 1
            self._after = window.end
            self._progress(window.end)
            yield from words

    def _hear(self, model: WhisperModel, window: Window) -> list[Word]:
        audio = np.concatenate([self._recording.read(*part) for part in window.parts])
        # The fallback samples at random; a seed makes a resumed run equal to an undisturbed one.
        ctranslate2.set_random_seed(1 + window.end % 2**31)
        found, info = model.transcribe(
            audio,
            language=self._settled,
            word_timestamps=True,
            condition_on_previous_text=False,
            vad_filter=False,
        )
        enough = _last_sound(window) - TAIL
        heard: list[Heard] = []
        for segment in found:
            for word in segment.words or ():
                heard.append(Heard(word.word, word.start, word.end, float(word.probability)))
            if segment.end >= enough:
                break
        language, certainty = info.language, float(info.language_probability)
        words = place(window, heard, spaced=language not in UNSPACED)
        self._journal.append(
            {
                "end": window.end,
                "language": language,
                "certainty": certainty,
                "words": [[w.word, w.start, w.end, w.probability] for w in words],
            }
        )
        self._learn(language, certainty)
        return words

    def _learn(self, language: str, certainty: float) -> None:
        self._guess = language
        if self._settled is None and certainty >= SURE:
            self._settled = language

    def _check(self, model: WhisperModel) -> None:
        if self._settled is not None and self._settled not in model.supported_languages:
            raise ForgeError(
                "language_unsupported",
                f"The Whisper model {self._name} does not know the language {self._settled!r}.",
                hint="Choose a model without .en in its name (for example small), or leave the "
                "language open.",
            )

    def _progress(self, sample: int) -> None:
        # The voice detector runs ahead of the windows, so it can report silence behind them.
        self._reached = max(self._reached, sample)
        done = (self._reached - self._origin) / SAMPLE_RATE
        seconds = time.monotonic() - self._began
        self._report(
            min(self._reached / max(self._recording.length, 1), 1.0),
            speed=done / seconds if seconds > 0 else None,
        )


def _last_sound(window: Window) -> float:
    """When, in seconds of what is heard, the last speech of a window ends."""
    return (window.length - (window.parts[-1][1] - window.end)) / SAMPLE_RATE
