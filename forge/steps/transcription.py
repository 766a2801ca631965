"""Speech to words: faster-whisper's model over windows that FORGE cuts itself.

faster-whisper's own modes read the whole recording into memory before the first word. Here the
WAV is read window by window as it lies on the disk, several windows are decoded side by side,
and each goes to the checkpoint as soon as it is finished: memory is bounded, and a kill costs
the windows under way, at most a minute of speech.

Params: ``model``, ``auto`` or what :func:`forge.speech.whisper.find` takes, and ``language``, a
code such as ``en`` or null to find out. Reads audio.wav, writes transcript.json without
speakers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from forge import failpoints
from forge.errors import ForgeError
from forge.journal import Journal
from forge.spec import Report, Spec
from forge.speech import whisper
from forge.speech.audio import SAMPLE_RATE, Recording
from forge.speech.decoding import Decoder, Sound
from forge.speech.gate import Decoded, understood
from forge.speech.lanes import as_finished
from forge.speech.models import AUTO, Choice, foreign
from forge.speech.transcript import document
from forge.speech.voice import speech
from forge.speech.windows import Window, plan
from forge.speech.words import UNSPACED, Word, place

#: Below this probability a window does not settle the language of the recording.
SURE = 0.5
#: Windows that are decoded together, and their samples.
Batch = tuple[list[Window], list[Sound]]


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes transcript.json. Raises ForgeError for a model or a WAV that cannot be used.

    A recording without speech gives a transcript without words, which is no failure.
    """
    language = spec.params.get("language")
    with (
        Recording(spec.input("audio.wav")) as recording,
        closing(Journal(spec.checkpoint / "windows.jsonl")) as journal,
    ):
        choice = _choice(str(spec.params.get("model") or AUTO), language, journal, report)
        transcription = _Transcription(recording, journal, choice, language, report)
        words = transcription.words()
        note = transcription.note
        result = document(
            words,
            model=choice.model,
            note=note,
            language=transcription.spoken,
            duration=recording.duration,
        )
    with (spec.outputs / "transcript.json").open("w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, allow_nan=False)
    return {
        "model": choice.model,
        "note": note,
        "language": transcription.spoken,
        "words": len(words),
        "windows": transcription.windows,
    }


def _choice(model: str, language: str | None, journal: Journal, report: Report) -> Choice:
    """The model to use: the one that was named, or that this attempt's forerunner has chosen.

    A recording is transcribed with one model, even when a better one can be had by now.
    """
    if model != AUTO:
        return Choice(model)
    if journal.entries:
        chosen = Choice(journal.entries[0]["model"], journal.entries[0]["note"])
        try:
            whisper.find(chosen.model)
            return chosen
        except ForgeError:
            journal.restart()
    return whisper.pick(language, lambda: report(0.0))


class _Transcription:
    """The words of one recording, from where the journal ends.

    The journal has one entry for each batch that was decoded, in the order in which they were
    finished: what it is about (``start`` and ``end``, the number of its windows, and the end of
    the batch ``before`` it), the model, the language it was decoded in, how sure that was, and
    its words.
    """

    def __init__(
        self,
        recording: Recording,
        journal: Journal,
        choice: Choice,
        language: str | None,
        report: Report,
    ) -> None:
        self._recording = recording
        self._journal = journal
        self._choice = choice
        self._settled = language
        self._open = language is None
        self._report = report
        self._entries = {entry["start"]: entry for entry in journal.entries}
        self._began = time.monotonic()
        self._origin = self._reached = 0

    def words(self) -> list[Word]:
        """All words: those of the journal, and those of the rest of the recording."""
        after = self._finished()
        self._origin = after
        if after:
            self._progress(after)
        spans = speech(self._recording, after, self._progress)
        windows = plan(spans, self._recording.length, after=after)
        first = next(windows, None)
        if first is not None:
            self._decode(first, windows)
        return [Word(*word) for entry in self._in_order() for word in entry["words"]]

    @property
    def spoken(self) -> str:
        """The language of the recording: the one asked for, the settled one, or the last guess."""
        if self._settled is not None:
            return self._settled
        unheard = "en" if self._choice.model.endswith(".en") else "und"
        guesses: list[str] = [entry["language"] for entry in self._in_order()]
        return guesses[-1] if guesses else unheard

    @property
    def note(self) -> str | None:
        """What a reader of the words should know: about the model, and whether it suits them."""
        spoke, unread = (
            sum(entry.get(name, 0) for entry in self._entries.values()) / SAMPLE_RATE
            for name in ("spoke", "unread")
        )
        english = self._open and self._choice.model.endswith(".en")
        doubt = foreign(self._choice.model, spoke, unread) if english else None
        return " ".join(filter(None, (self._choice.note, doubt))) or None

    @property
    def windows(self) -> int:
        """How many windows the recording has."""
        return sum(entry["windows"] for entry in self._entries.values())

    def _in_order(self) -> list[dict[str, Any]]:
        return [self._entries[start] for start in sorted(self._entries)]

    def _finished(self) -> int:
        """Up to where nothing is missing in the journal; learns the language on the way."""
        after = 0
        for entry in self._in_order():
            if entry["before"] != after:
                break
            after = entry["end"]
            self._learn(entry)
        return after

    def _decode(self, first: Window, rest: Iterator[Window]) -> None:
        model = whisper.best(self._choice.model)
        decoder = Decoder(model)
        if self._settled is not None:
            decoder.must_know(self._settled, self._choice.model, self._choice.note)
        if decoder.languages == ["en"]:
            self._settled = "en"
        self._began = time.monotonic()
        lanes, size = whisper.lanes(model.model.device)
        after = self._origin
        pending: Window | None = first
        while pending is not None and (self._settled is None or not after):
            # The next window's language depends on this one's: one after the other. The first
            # words are waited for, so their window has the machine to itself, too.
            batch = self._read([pending])
            language, certainty = self._settled or "", 1.0
            if self._settled is None:
                language, certainty = decoder.language(batch[1][0])
            self._record(batch, after, decoder.decode(batch[1], language), language, certainty)
            after, pending = pending.end, next(rest, None)
        if pending is not None and self._settled is not None:
            language = self._settled
            batches = self._batches([pending], rest, after, size)
            for (before, batch), decoded in as_finished(
                batches, lambda piece: decoder.decode(piece[1][1], language), lanes
            ):
                self._record(batch, before, decoded, language, 1.0)

    def _batches(
        self, first: Iterable[Window], rest: Iterator[Window], after: int, size: int
    ) -> Iterator[tuple[int, Batch]]:
        """The batches that are not in the journal, each with the end of the one before it.

        They are cut by the plan alone, so a resumed transcription has the same ones.
        """
        windows = [*first, *islice(rest, size - 1)]
        while windows:
            if windows[0].start not in self._entries:
                yield after, self._read(windows)
            after = windows[-1].end
            windows = list(islice(rest, size))

    def _read(self, windows: list[Window]) -> Batch:
        return windows, [Sound.of(window, self._recording) for window in windows]

    def _record(
        self,
        batch: Batch,
        before: int,
        decoded: list[Decoded],
        language: str,
        certainty: float,
    ) -> None:
        windows, _ = batch
        placed = (
            place(window, heard.words, spaced=language not in UNSPACED)
            for window, heard in zip(windows, decoded, strict=True)
        )
        entry = {
            "before": before,
            "start": windows[0].start,
            "end": windows[-1].end,
            "windows": len(windows),
            "model": self._choice.model,
            "note": self._choice.note,
            "language": language,
            "certainty": certainty,
            "words": [[w.word, w.start, w.end, w.probability] for words in placed for w in words],
            "spoke": sum(window.spoken for window in windows),
            "unread": sum(
                window.spoken
                for window, heard in zip(windows, decoded, strict=True)
                if not understood(heard)
            ),
        }
        self._journal.append(entry)
        failpoints.reach("checkpointed", "transcription")
        self._entries[entry["start"]] = entry
        self._learn(entry)
        self._progress(windows[-1].end)

    def _learn(self, entry: dict[str, Any]) -> None:
        if self._settled is None and entry["certainty"] >= SURE:
            self._settled = entry["language"]

    def _progress(self, sample: int) -> None:
        # The voice detector runs ahead of the windows, so it can report silence behind them.
        self._reached = max(self._reached, sample)
        done = (self._reached - self._origin) / SAMPLE_RATE
        seconds = time.monotonic() - self._began
        self._report(
            min(self._reached / max(self._recording.length, 1), 1.0),
            speed=done / seconds if done and seconds > 0 else None,
        )
