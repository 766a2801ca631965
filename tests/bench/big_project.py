"""A project as large as a long evening: what the studio must stay quick with.

    python tests/bench/big_project.py DATA [--hours 4] [--words 36000] [--cuts 3000] [--clips 500]

Writes into the data folder DATA through FORGE's own library and database, as finished jobs would:
a recording with its preview, waveform, thumbnails, transcript, cuts, signals and moments. The
picture is a made one, looped without encoding it again; everything else is drawn from one seed,
so that two runs give the same project. Takes a minute, most of it for copying the picture.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from evening import Scale, moments, talk, wander
from pcm import RATE, open_wav
from seeding import add_recording, finish_job

from forge.library import Library
from forge.media import ffmpeg
from forge.media.peaks import write_peaks
from forge.media.thumbs import interval
from forge.model import JobType
from forge.scoring.weights import DEFAULT_WEIGHTS
from forge.store.connection import open_database

FPS, SIZE = 60.0, (1920, 1080)
#: Seconds of picture and of sound that are made at most; the rest is these again.
LOOP, MURMUR = 20, 120
FULL = {"x": 0.34, "y": 0.0, "w": 0.32, "h": 1.0}


def write_sound(folder: Path, scale: Scale, chance: np.random.Generator) -> None:
    """Some murmur, repeated, with its waveform at all zooms."""
    part = min(MURMUR, scale.seconds)
    level = np.repeat(wander(part, chance), RATE)
    noise = (chance.standard_normal(part * RATE) * level * 6000).clip(-32768, 32767).astype("<i2")
    with open_wav(folder / "audio.wav") as file:
        for start in range(0, scale.seconds, part):
            file.writeframes(noise[: min(part, scale.seconds - start) * RATE].tobytes())
    write_peaks(folder / "audio.wav", RATE, folder)
    (folder / "audio.wav").unlink()  # Half a gigabyte that the studio never asks for.
    (folder / "loudness.json").write_text("{}", "utf-8")


def write_picture(folder: Path, scale: Scale) -> None:
    """The preview: a little that shows its time, looped by copying; thumbnails of the same."""
    loop = folder / "loop.mp4"
    length = min(LOOP, max(6, scale.seconds // 60))
    source = f"testsrc2=s=320x180:r=30:d={length},scale=1280:720:flags=neighbor"
    coded = ["-c:v", "libx264", "-preset", "superfast", "-crf", "34", "-g", "15"]
    coded += ["-pix_fmt", "yuv420p"]
    sound = f"sine=frequency=220:duration={length}:sample_rate=48000"
    ffmpeg_run("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", sound, *coded, "-shortest", loop)
    times = -(-scale.seconds // length) - 1
    looped = ("-stream_loop", str(times), "-i", loop, "-c", "copy", "-t", str(scale.seconds))
    ffmpeg_run(*looped, "-movflags", "+faststart", folder / "proxy.mp4")
    step = interval(scale.seconds)
    count = -(-scale.seconds // step)
    sheets = -(-count // 100)
    tiles = f"fps=4,scale=160:90,tile=10x10:nb_frames={min(100, 4 * length)}"
    sheet = folder / "thumbs_000.jpg"
    ffmpeg_run("-i", loop, "-vf", tiles, "-frames:v", "1", "-q:v", "5", sheet)
    for number in range(1, sheets):
        (folder / f"thumbs_{number:03}.jpg").write_bytes(sheet.read_bytes())
    index = {
        "interval": step,
        "width": 160,
        "height": 90,
        "columns": 10,
        "rows": 10,
        "count": count,
        "sheets": [f"thumbs_{number:03}.jpg" for number in range(sheets)],
    }
    (folder / "thumbs.json").write_text(json.dumps(index), "utf-8")
    loop.rename(folder / "scout.mp4")


def ffmpeg_run(*arguments: str | Path) -> None:
    command = [ffmpeg.binary(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def probe(scale: Scale) -> dict[str, Any]:
    width, height = SIZE
    video = {"codec": "h264", "width": width, "height": height, "rotation": 0, "fps": FPS}
    audio = {"codec": "aac", "channels": 2, "rate": 48_000}
    return {"container": "mp4", "duration": float(scale.seconds), "video": video, "audio": audio}


def writers(scale: Scale) -> dict[str, Callable[[Path], None]]:
    """What writes each step's files into a folder."""
    chance = np.random.default_rng(20)
    signals = {name: wander(scale.seconds, chance).tolist() for name in DEFAULT_WEIGHTS}
    cuts = np.sort(chance.uniform(0, scale.seconds, scale.cuts)).round(3).tolist()
    clips = moments(scale, chance)
    virality = {
        "signals": signals,
        "highlight": wander(scale.seconds, chance).tolist(),
        "weights": dict(DEFAULT_WEIGHTS),
        "chat_lag": 6,
        "clips": clips,
    }
    scenes = {"cuts": cuts, "scenes": [], "black": [], "motion": []}

    def plain(name: str, value: Any) -> Callable[[Path], None]:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return lambda folder: _write(folder / name, text)

    return {
        "probe": plain("probe.json", probe(scale)),
        "hash": plain("hash.json", {}),
        "audio": lambda folder: write_sound(folder, scale, np.random.default_rng(21)),
        "proxy": lambda folder: write_picture(folder, scale),
        "transcription": plain("transcript.json", talk(scale, chance)),
        "diarization": plain("transcript.json", talk(scale, np.random.default_rng(22))),
        "scene_detect": plain("scenes.json", scenes),
        "facecam": plain("facecam.json", {"rect": None}),
        "signals": plain("signals.json", {}),
        "scoring": plain("virality.json", virality),
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def write_project(
    data: Path, scale: Scale, title: str = "A long evening", within: str | None = None
) -> str:
    """Writes the project and returns its id. The data folder may hold others.

    ``within`` is the id of a project that gets the recording instead of a new one; its scale must
    be another than those of the recordings that are in it.
    """
    library = Library(data)
    library.prepare()
    chance = np.random.default_rng(scale.seconds + scale.words)
    ids = [str(UUID(bytes=chance.bytes(16), version=4)) for _ in range(4 + scale.clips)]
    own_id, vod_id, ingest, analyze = ids[:4]
    project_id = within or own_id
    now = time.time()
    made: Mapping[str, Callable[[Path], None]] = writers(scale)
    jobs: tuple[tuple[str, JobType], ...] = ((ingest, "ingest"), (analyze, "analyze"))
    with closing(open_database(library.database)) as db:
        add_recording(
            db,
            vod_id,
            project_id=project_id,
            title=title,
            path=data / "evening.mp4",
            name=f"evening of {scale.seconds} s.mp4",
            size=20 * 10**9,
            source_id=chance.bytes(32).hex(),
            has_chat=True,
            now=now,
        )
        for job_id, kind in jobs:
            finish_job(
                db,
                library,
                kind,
                lambda step, folder: made[step](folder),
                job_id=job_id,
                project_id=project_id,
                vod_id=vod_id,
                now=now,
                clip_ids=ids[4:],
                zones=[{"kind": "gameplay", "rect": FULL}],
            )
    return project_id


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a project of four hours.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--hours", type=float, default=4)
    parser.add_argument("--words", type=int, default=36_000)
    parser.add_argument("--cuts", type=int, default=3_000)
    parser.add_argument("--clips", type=int, default=500)
    asked = parser.parse_args()
    scale = Scale(round(asked.hours * 3600), asked.words, asked.cuts, asked.clips)
    print(write_project(asked.data, scale))


if __name__ == "__main__":
    main()
