"""FORGE's transcription against faster-whisper's own two modes: same model, same sound.

    python tests/bench/transcription.py [--part speed|noise|silence|first|memory ...]
    python tests/bench/transcription.py AUDIO --text REFERENCE.txt

Every figure comes from a fresh process that has loaded its model before the clock starts. The
model is the packaged one in int8. "sequential" is ``WhisperModel.transcribe`` with its voice
detector and without conditioning on earlier text, on all cores; "batched" is
``BatchedInferencePipeline`` as it is. Both, like FORGE, give times for words.

Without AUDIO the sound is made here (spoken.py, noise.py), so the time of every word is known:
``speed`` (ten minutes of talk), ``noise`` (ten minutes without a word), ``silence`` (forty
sentences between silences), ``first`` (an hour, until the first words), ``memory`` (FORGE on
20 minutes and on 4 hours; the last takes long, so it runs only when it is asked for).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import decode_audio
from machine import machine, peak
from noise import write_noise
from rich.console import Console
from rich.table import Table
from spoken import Spoken, between_silences, talk

from forge.media import ffmpeg
from forge.spec import Spec
from forge.speech import whisper
from forge.speech.audio import SAMPLE_RATE
from forge.steps import transcription

ENGINES = ("sequential", "batched", "forge")
PARTS = ("speed", "noise", "silence", "first", "memory")
Word = tuple[str, float, float]


class Enough(Exception):
    """The first words are there."""


def listen(engine: str, audio: Path, only_first: bool) -> Iterator[Word]:
    """The words that an engine finds, as soon as it gives them."""
    if engine == "forge":
        yield from ours(audio, only_first)
        return
    model = WhisperModel(
        str(whisper.find(whisper.PACKAGED)),
        device="cpu",
        compute_type="int8",
        cpu_threads=os.cpu_count() or 1,
    )
    clock()
    if engine == "batched":
        segments, _ = BatchedInferencePipeline(model).transcribe(
            str(audio), language="en", word_timestamps=True
        )
    else:
        segments, _ = model.transcribe(
            str(audio),
            language="en",
            word_timestamps=True,
            vad_filter=True,
            condition_on_previous_text=False,
        )
    for segment in segments:
        for word in segment.words:
            yield word.word.strip(), word.start, word.end


def ours(audio: Path, only_first: bool) -> Iterator[Word]:
    whisper.load(whisper.PACKAGED, "cpu")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "outputs").mkdir()
        journal = folder / "checkpoint" / "windows.jsonl"

        def report(fraction: float, *, speed: float | None = None) -> None:
            if only_first and journal.read_bytes().endswith(b"\n"):
                raise Enough

        spec = Spec(
            "transcription",
            source=audio,
            outputs=folder / "outputs",
            checkpoint=folder / "checkpoint",
            inputs={"audio.wav": audio},
            params={"model": whisper.PACKAGED, "language": "en"},
        )
        clock()
        try:
            transcription.run(spec, report)
        except Enough:
            for word, start, end, _ in json.loads(journal.read_bytes().splitlines()[0])["words"]:
                yield word, start, end
            return
        for word in json.loads((folder / "outputs/transcript.json").read_text("utf-8"))["words"]:
            yield word["word"], word["start"], word["end"]


_started = (0.0, 0.0)


def clock() -> None:
    """Starts the clock: everything is loaded."""
    global _started
    _started = time.perf_counter(), time.process_time()


def engine_process(engine: str, audio: Path, only_first: bool) -> None:
    """What a fresh process does; it prints one line of JSON."""
    words: list[Word] = []
    first = None
    for word in listen(engine, audio, only_first):
        first = first or time.perf_counter() - _started[0]
        words.append(word)
        if only_first:
            break
    seconds, cpu = (
        now - then
        for now, then in zip((time.perf_counter(), time.process_time()), _started, strict=True)
    )
    result = {"seconds": seconds, "cpu": cpu, "first": first, "peak": peak(), "words": words}
    print(json.dumps(result))


def measured(engine: str, audio: Path, *flags: str) -> dict[str, Any]:
    command = [sys.executable, __file__, str(audio), "--engine", engine, *flags]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def normal(text: str) -> str:
    """Lower case, without punctuation."""
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower()).split())


def matched(spoken: Spoken, words: list[Word]) -> list[float]:
    """Start found minus true start, in seconds, of every word that was recognised."""
    found = [(part, word[1]) for word in words for part in normal(word[0]).split()]
    truth = [(part, time) for word, time in spoken.words for part in normal(word).split()]
    aligned = jiwer.process_words(
        " ".join(part for part, _ in truth), " ".join(part for part, _ in found)
    )
    pairs = (
        (found[chunk.hyp_start_idx + step][1], truth[chunk.ref_start_idx + step][1])
        for chunk in aligned.alignments[0]
        if chunk.type == "equal"
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx)
    )
    return [start - true for start, true in pairs if true is not None]


def in_silence(spoken: Spoken, words: list[Word], tolerance: float = 0.3) -> int:
    """How many words begin where nobody speaks, more than ``tolerance`` from any speech."""
    return sum(
        not any(a - tolerance <= start <= b + tolerance for a, b in spoken.speech)
        for _, start, _ in words
    )


def duration(audio: Path) -> float:
    return len(decode_audio(str(audio))) / SAMPLE_RATE


def speed(audio: Path, text: str, spoken: Spoken | None) -> Table:
    length = duration(audio)
    title = f"{audio.name}: {length:.0f} s, {len(text.split())} words"
    table = Table(
        *("", "s", "CPU s", "× real time", "× sequential", "WER %", "peak MB"),
        *("word starts: median ms", "95 % ms", "> 300 ms early", "in silence"),
        title=title,
    )
    base = 0.0
    for engine in ENGINES:
        result = measured(engine, audio)
        seconds = result["seconds"]
        base = base or seconds
        heard = normal(" ".join(word for word, _, _ in result["words"]))
        row = [engine, f"{seconds:.1f}", f"{result['cpu']:.1f}", f"{length / seconds:.1f}"]
        row += [f"{base / seconds:.2f}"]
        row += [f"{100 * jiwer.wer(normal(text), heard):.1f}" if text else "–"]
        row += [f"{result['peak']:.0f}"]
        if spoken is not None:
            errors = np.array(matched(spoken, result["words"]))
            row += [f"{1000 * np.quantile(np.abs(errors), q):.0f}" for q in (0.5, 0.95)]
            row += [str(int((errors < -0.3).sum())), str(in_silence(spoken, result["words"]))]
        table.add_row(*row)
    return table


def noise(audio: Path) -> Table:
    table = Table("", "s", "words invented", "such as", title=f"{audio.name}: nobody speaks")
    for engine in ENGINES:
        result = measured(engine, audio)
        text = " ".join(word for word, _, _ in result["words"])
        table.add_row(engine, f"{result['seconds']:.1f}", str(len(result["words"])), text[:50])
    return table


def first(audio: Path) -> Table:
    table = Table(
        *("", "s until the first words", "sooner than batched", "peak MB"),
        title=f"{audio.name}: {duration(audio) / 60:.0f} minutes",
    )
    results = {engine: measured(engine, audio, "--only-first") for engine in ENGINES[::-1]}
    for engine in ENGINES:
        ratio = results["batched"]["first"] / results[engine]["first"]
        cells = (f"{results[engine]['first']:.2f}", f"{ratio:.1f} ×")
        table.add_row(engine, *cells, f"{results[engine]['peak']:.0f}")
    return table


def memory(folder: Path) -> Table:
    table = Table("FORGE on", "s", "peak MB", title="Memory")
    for minutes in (20, 240):
        audio = folder / f"{minutes}-minutes.wav"
        talk(audio, 60 * minutes)
        result = measured("forge", audio)
        table.add_row(f"{minutes} minutes", f"{result['seconds']:.1f}", f"{result['peak']:.0f}")
    return table


def tables(asked: argparse.Namespace, folder: Path) -> Iterator[Table]:
    if asked.audio is not None:
        audio = folder / "audio.wav"
        ffmpeg.run(
            [
                *ffmpeg.source_args(asked.audio.resolve()),
                *("-map", "0:a:0", "-ar", "16000", "-ac", "1", "-f", "wav", f"file:{audio}"),
            ],
            duration=duration(asked.audio),
        )
        yield speed(audio, asked.text.read_text("utf-8") if asked.text else "", None)
        return
    for part in asked.part or PARTS[:4]:
        audio = folder / f"{part}.wav"
        if part == "speed":
            said = talk(audio, 600)
            yield speed(audio, said.text, said)
        elif part == "noise":
            write_noise(audio)
            yield noise(audio)
        elif part == "silence":
            said = between_silences(audio)
            yield speed(audio, said.text, said)
        elif part == "first":
            talk(audio, 3600)
            yield first(audio)
        else:
            yield memory(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("audio", type=Path, nargs="?", help="default: made sound")
    parser.add_argument("--text", type=Path, help="what is said in AUDIO")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all but memory")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--only-first", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        engine_process(asked.engine, asked.audio, asked.only_first)
        return
    console = Console(width=120)
    console.print(machine())
    with tempfile.TemporaryDirectory() as name:
        for table in tables(asked, Path(name)):
            console.print(table)


if __name__ == "__main__":
    main()
