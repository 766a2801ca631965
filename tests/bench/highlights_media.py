"""Made streams and folders of media through FORGE's own steps, as a job would run them."""

from __future__ import annotations

import importlib
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from highlights_measures import Truth
from pcm import write_wav
from streams import Stream

from forge.config import Settings
from forge.errors import StepSkipped
from forge.media.ffmpeg import binary
from forge.pipeline import JOBS, STEPS
from forge.scoring.kept import Kept
from forge.spec import Spec
from forge.steps import audio, probe, signals

#: The made picture: small blocks, enlarged; frames a second.
_WIDTH, _HEIGHT, _FPS = 160, 90, 15


def silent(fraction: float, *, speed: float | None = None) -> None:
    """Nobody watches the progress."""


def through_scoring(stream: Stream, folder: Path) -> Kept:
    """The made sound through FFmpeg and the signals step; words, cuts and chat as they are."""
    wav, source = folder / "vod.wav", folder / "vod.mov"
    write_wav(wav, stream.sound * 32_000)
    picture = ["-f", "lavfi", "-i", f"color=s=64x64:r=2:d={stream.duration}", "-i", str(wav)]
    command = [binary(), "-v", "error", *picture, "-c:a", "pcm_s16le", str(source)]
    subprocess.run(command, check=True)
    wav.unlink()
    given = {
        "transcript.json": stream.transcript,
        "scenes.json": stream.scenes,
        "chat.json": stream.chat,
    }
    for name, value in given.items():
        (folder / name).write_text(json.dumps(value), "utf-8")
    inputs = {name: folder / name for name in ("probe.json", *given, "audio.wav", "loudness.json")}
    probe.run(Spec("probe", source, folder, folder), silent)
    audio.run(Spec("audio", source, folder, folder, inputs), silent)
    signals.run(Spec("signals", source, folder, folder, inputs), silent)
    return Kept.from_json(json.loads((folder / "signals.json").read_text("utf-8")))


def make_folder(stream: Stream, folder: Path) -> Path:
    """``vod.mp4`` with a picture that cuts and moves as the stream does, chat and truth."""
    folder.mkdir()
    write_wav(folder / "vod.wav", stream.sound * 32_000)
    (folder / "chat.json").write_text(json.dumps(stream.chat), "utf-8")
    truth = {"highlights": stream.highlights, "chat_lag": stream.chat_lag}
    (folder / "truth.json").write_text(json.dumps(truth), "utf-8")
    shape = ["-pix_fmt", "gray", "-s", f"{_WIDTH}x{_HEIGHT}", "-r", _FPS]
    command = [binary(), "-v", "error", "-f", "rawvideo", *shape, "-i", "-"]
    command += ["-i", folder / "vod.wav"]
    command += ["-vf", "scale=1280:720:flags=neighbor", "-r", "30", "-c:v", "libx264"]
    command += ["-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    command += [folder / "vod.mp4"]
    with subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for frame in _frames(stream):
            encoder.stdin.write(frame)
    assert encoder.returncode == 0
    (folder / "vod.wav").unlink()
    return folder


def _frames(stream: Stream) -> Any:
    """A field of blocks for each scene, which drifts faster where the stream moves more."""
    chance = np.random.default_rng(stream.seed)
    cuts = [*stream.scenes["cuts"], np.inf]
    motion = stream.scenes["motion"]
    scene = -1
    drift = 0.0
    for number in range(int(stream.duration * _FPS)):
        time = number / _FPS
        if scene < 0 or time >= cuts[scene]:
            scene += 1
            small = chance.integers(0, 256, (_HEIGHT // 10, _WIDTH // 10), dtype=np.uint8)
            field = np.kron(small, np.ones((10, 10), np.uint8))
        drift += motion[min(int(time), len(motion) - 1)] / 12
        yield np.roll(field, int(drift), axis=1).tobytes()


def through_every_step(
    folder: Path, scratch: Path
) -> tuple[Kept, list[tuple[float, float]], list[Truth], float]:
    """``vod.mp4`` from the file to the signals; the words' times, the truth and its chat lag.

    Telling speakers apart is left out: it takes longer than all the rest.
    """
    made: dict[str, Path] = {}
    if (folder / "chat.json").exists():
        made["chat.json"] = folder / "chat.json"
    params = Settings().step_params()
    for name in (*JOBS["ingest"], *JOBS["analyze"]):
        step = STEPS[name]
        if name in ("hash", "diarization"):
            continue
        outputs, checkpoint = scratch / name, scratch / f"{name}-checkpoint"
        outputs.mkdir()
        checkpoint.mkdir()
        inputs = {
            artifact: made[artifact]
            for artifact in (*step.needs, *step.uses, *step.takes)
            if artifact in made
        }
        spec = Spec(name, folder / "vod.mp4", outputs, checkpoint, inputs, params.get(name, {}))
        try:
            importlib.import_module(f"forge.steps.{name}").run(spec, silent)
        except StepSkipped:
            continue
        made.update({artifact: outputs / artifact for artifact in step.makes})
    kept = Kept.from_json(json.loads(made["signals.json"].read_text("utf-8")))
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    words = json.loads(made["transcript.json"].read_text("utf-8"))["words"]
    return (
        kept,
        [(word["start"], word["end"]) for word in words],
        [Truth((each["start"], each["end"]), each["peak"]) for each in truth["highlights"]],
        truth["chat_lag"],
    )
