"""The command line as a user meets it: real processes, real files, exit codes and one line.

Rules of this file: every command is `python -m forge` in a process of its own, on a data folder
of its own; media are made by ffmpeg or are the demo recording; what is printed is read.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import jiwer
import pytest

from forge.demo import Demo
from forge.demo_sound import SCRIPT
from tests.e2e.command import PICTURE, SOUND, Run, ffmpeg


def test_a_video_without_sound_becomes_a_clip_without_captions_and_says_so(
    forge: Run, tmp_path: Path
) -> None:
    video = tmp_path / "silent film.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=641x361:rate=25:duration=3", video)
    several = ("--preset", "9:16,source", "--preset", "1:1", "--preset", "9:16")
    ended = forge("clip", video, "--out", tmp_path / "out", "--top", "1", *several)
    assert ended.returncode == 0, ended.stderr
    assert "no captions" in ended.stdout
    assert "skipped: the recording has no audio track" in ended.stdout
    sizes = {}
    for clip in (tmp_path / "out").iterdir():
        assert str(clip.name) in ended.stdout
        with av.open(str(clip)) as container:
            picture = container.streams.video[0]
            sizes[clip.name.rpartition(" - ")[2]] = (picture.width, picture.height)
            assert not container.streams.audio
    assert sizes == {
        "9x16.mp4": (1080, 1920),
        "original.mp4": (640, 360),
        "1x1.mp4": (1080, 1080),
    }


def test_asking_for_more_clips_than_there_are_writes_what_there_is_and_fails(
    forge: Run, tmp_path: Path
) -> None:
    video = tmp_path / "short.mp4"
    ffmpeg(*PICTURE, *SOUND, video)
    ended = forge("clip", video, "--out", tmp_path / "out", "--top", "9")
    assert ended.returncode == 1
    assert "Only 1 of 9 clips" in ended.stderr
    assert len(list((tmp_path / "out").glob("*.mp4"))) == 1


def test_the_demo_becomes_a_clip_that_says_what_was_said(
    forge: Run, tmp_path: Path, demo: Demo
) -> None:
    out = tmp_path / "out"
    ended = forge("clip", demo.video, "--chat", demo.chat, "--out", out, "--top", "1")
    assert ended.returncode == 0, ended.stderr
    (clip,) = out.glob("*.mp4")
    (captions,) = out.glob("*.srt")
    with av.open(str(clip)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.width, picture.height) == (1080, 1920)
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert 8 <= container.duration / av.time_base <= 90
    loudness = re.search(r"(-?\d+\.\d) LUFS", ended.stdout)
    assert loudness is not None
    assert -15 <= float(loudness[1]) <= -13
    lines = captions.read_text("utf-8").splitlines()
    shown = " ".join(line for line in lines if line and "-->" not in line and not line.isdigit())
    said = " ".join(plain(line.text) for line in SCRIPT)
    assert alike(plain(shown), said) < 0.35

    again = forge("clip", demo.video, "--chat", demo.chat, "--out", out, "--top", "1")
    assert again.returncode == 0
    assert "done before" in again.stdout
    assert len(list(out.glob("*.mp4"))) == 1
    listed = json.loads(forge("jobs", "--json").stdout)
    newest = [step for job in listed[:3] for step in job["steps"] if step["status"] != "skipped"]
    assert all(step["reused"] for step in newest)
    assert "completed" in forge("jobs").stdout


def plain(text: str) -> str:
    return re.sub(r"[^a-z' ]+", " ", text.lower()).strip()


def alike(shown: str, said: str) -> float:
    """The error rate of the shown words against the best stretch of the spoken ones."""
    words, spoken = shown.split(), said.split()
    starts = range(max(1, len(spoken) - len(words) + 1))
    return min(jiwer.wer(" ".join(spoken[at : at + len(words)]), shown) for at in starts)


@pytest.fixture
def running(environment: dict[str, str]) -> Iterator[str]:
    """A `forge run` on the data folder; gives its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise AssertionError("the server did not start")
        yield match[0]
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0


def test_a_second_forge_on_a_data_folder_is_refused_and_names_the_first(
    forge: Run, running: str
) -> None:
    ended = forge("run", "--port", "0", "--no-open")
    assert ended.returncode == 75
    assert running in ended.stderr
    assert f"{running}/#token=" in ended.stdout  # For whoever closed its tab.


def test_clip_uses_the_forge_that_runs(forge: Run, running: str, tmp_path: Path) -> None:
    video = tmp_path / "vod.mp4"
    ffmpeg(*PICTURE, *SOUND, video)
    ended = forge("clip", video, "--out", tmp_path / "out", "--top", "1")
    assert ended.returncode == 0, ended.stderr
    assert len(list((tmp_path / "out").glob("*.mp4"))) == 1
    jobs = json.loads(forge("jobs", "--json").stdout)
    assert {job["status"] for job in jobs} == {"completed"}


def test_the_doctor_finds_a_healthy_installation(forge: Run) -> None:
    ended = forge("doctor")
    assert ended.returncode == 0, ended.stdout
    assert "libass" in ended.stdout


def test_the_doctor_says_what_is_wrong(forge: Run) -> None:
    ended = forge("doctor", FORGE_FFMPEG="/nowhere/ffmpeg")
    assert ended.returncode == 1
    assert "FFmpeg" in ended.stdout
