"""Limits that honest work never meets, and that end what meets them.

Rules of this file: the arithmetic by properties; each limit for real, in a process of its own
that runs the real step and exceeds it. The limits there are made small, the recordings tiny.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.confinement import FILE_SLACK, LEAST_MEMORY, UNKNOWN_SECONDS, limits, time_limit
from forge.media import ffmpeg
from forge.pipeline import STEPS
from forge.spec import Spec
from forge.steps import probe
from forge.steps.deadline import Deadline

GIB = 1024**3
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
steps = st.sampled_from(sorted(STEPS)).map(STEPS.__getitem__)
lengths = st.one_of(st.none(), st.floats(0, 7 * 86_400))
sizes = st.integers(0, 2**42)


@given(step=steps, seconds=lengths, size=sizes, memory=st.integers(0, 2**42))
def test_limits_grow_with_the_recording_and_leave_room(
    step: Any, seconds: float | None, size: int, memory: int
) -> None:
    found = limits(step, seconds=seconds, source_bytes=size, memory=memory)
    assert found.seconds == time_limit(step, seconds) >= step.allowance
    assert found.file_bytes >= FILE_SLACK
    assert (found.memory_bytes is None) == step.warm
    if found.memory_bytes is not None:
        assert found.memory_bytes >= LEAST_MEMORY
        assert found.memory_bytes < memory or memory <= LEAST_MEMORY * 4 / 3
    longer = limits(
        step,
        seconds=(UNKNOWN_SECONDS if seconds is None else seconds) + 60,
        source_bytes=size + 1,
        memory=memory,
    )
    assert longer.seconds >= found.seconds
    assert longer.file_bytes >= found.file_bytes


@given(seconds=st.floats(1, 12 * 3600), rate=st.floats(4_000, 6_000_000))
def test_a_slow_laptop_never_meets_them(seconds: float, rate: float) -> None:
    """The decode at a fifth of real time, Whisper at a sixth; files as their formats make them."""
    size = int(seconds * rate)
    assert time_limit(STEPS["proxy"], seconds) > 2 * seconds / 0.2
    assert time_limit(STEPS["transcription"], seconds) > 2 * seconds * 6
    assert time_limit(STEPS["diarization"], seconds) > 2 * seconds * 6
    wav = limits(STEPS["audio"], seconds=seconds, source_bytes=size, memory=8 * GIB)
    assert wav.file_bytes > 32_000 * seconds + 44
    # 720p at 10 Mbit/s, or the recording's own rate when that is tiny.
    proxy = limits(STEPS["proxy"], seconds=seconds, source_bytes=size, memory=8 * GIB)
    assert proxy.file_bytes > min(1_250_000, 8 * rate) * seconds


@given(size=st.integers(0, 10_000_000))
def test_a_small_file_cannot_fill_a_disk(size: int) -> None:
    for step in STEPS.values():
        bomb = limits(step, seconds=7 * 86_400, source_bytes=size, memory=GIB)
        assert bomb.file_bytes <= 1.4 * GIB


@pytest.mark.parametrize(
    ("clip", "duration", "seconds"),
    [
        (None, None, None),
        (None, 90.0, 90.0),
        ({"start": 10, "end": 40}, 90.0, 30.0),
        ({"start": 10, "end": 4000}, 90.0, 90.0),
        ({"start": 10, "end": 5}, 90.0, 0.0),
        ({"start": "x"}, 90.0, 90.0),
        ({"start": 1, "end": 3}, None, 2.0),
    ],
)
def test_a_step_is_measured_by_what_it_works_on(
    clip: Any, duration: float | None, seconds: float | None
) -> None:
    params = {} if clip is None else {"clip": clip}
    spec = Spec("render", Path("a"), Path("b"), Path("c"), {}, params, duration)
    assert spec.seconds == seconds
    assert Spec.from_json(json.loads(json.dumps(spec.as_json()))) == spec


def test_only_one_of_the_step_and_the_clock_has_the_last_word() -> None:
    rung: list[str] = []
    patient = Deadline(3600, lambda: rung.append("early"))
    assert patient.met()
    assert not patient.met()
    assert rung == []
    over = Deadline(0, lambda: rung.append("over"))
    over._timer.join()
    assert rung == ["over"]
    assert not over.met()


#: The real child with smaller limits. The process is its own group, as it is under FORGE.
CHILD = """
import os, sys
from dataclasses import replace
from forge import confinement, pipeline
from forge.steps import child

changed = {changes}
confinement.FILE_SLACK = changed.pop("FILE_SLACK", confinement.FILE_SLACK)
step = sys.argv[1]
pipeline.STEPS[step] = replace(pipeline.STEPS[step], **changed)
out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
child.serve(step, out)
"""

Run = Callable[..., tuple[dict[str, Any], subprocess.Popen[str]]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "noise.mp4"
    noise = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:r=30:d=4",
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=4",
    ]
    ffmpeg.run([*noise, "-c:v", "libx264", "-preset", "ultrafast", str(path)], duration=4)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs one step in a child whose limits are ``changes``; returns its last word."""

    def go(step: str, source: Path, **changes: Any) -> tuple[dict[str, Any], Any]:
        outputs = tmp_path / "outputs"
        outputs.mkdir()
        spec = Spec(
            step, source, outputs, tmp_path, {"probe.json": tmp_path / "probe.json"}, {}, 4.0
        )
        with subprocess.Popen(
            [sys.executable, "-c", CHILD.format(changes=changes), step],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # It may be a file here, which is limited like any other.
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(spec.as_json()) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                said = json.loads(line)
                if said["type"] != "progress":
                    return said, process
        raise AssertionError(f"the child ended with {process.returncode} and said nothing")

    return go


def facts(source: Path, tmp_path: Path) -> None:
    probe.run(Spec("probe", source, tmp_path, tmp_path), lambda fraction, *, speed=None: None)


@posix
def test_a_file_that_grows_without_end_is_an_error_of_the_recording(
    run: Run, source: Path, tmp_path: Path
) -> None:
    facts(source, tmp_path)
    said, process = run("audio", source, FILE_SLACK=100_000, writes=0)
    assert said["error"]["code"] == "output_too_large"
    assert said["error"]["permanent"]
    assert process.wait() == -signal.SIGKILL, "the child ends with its input"
    assert all(path.stat().st_size <= 100_000 for path in (tmp_path / "outputs").iterdir())


@posix
def test_a_file_of_the_step_itself_is_bounded_too(run: Run, source: Path, tmp_path: Path) -> None:
    said, _ = run("probe", source, FILE_SLACK=10, writes=0)
    assert said["error"]["code"] == "output_too_large"


@posix
def test_memory_without_end_is_an_error_that_may_pass() -> None:
    """x264 does not always say that it was the memory: then it counts as any failure."""
    program = (
        "import sys\n"
        "from forge.confinement import Limits, confine\n"
        "from forge.errors import ForgeError\n"
        "from forge.media import ffmpeg\n"
        "confine(Limits(60, 10**9, 150_000_000))\n"
        "try:\n"
        "    ffmpeg.run(['-f', 'lavfi', '-i', 'testsrc2=s=3840x2160:d=1', '-c:v', 'libx264',"
        " '-f', 'null', '-'], duration=1)\n"
        "except ForgeError as error: print(error.code, error.permanent)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
    )
    assert done.stdout in ("out_of_memory False\n", "ffmpeg_failed False\n")


@posix
def test_work_that_takes_too_long_is_stopped_with_what_it_started(run: Run, tmp_path: Path) -> None:
    second, long = tmp_path / "second.mp4", tmp_path / "long.mp4"
    ffmpeg.run(
        [
            *("-f", "lavfi", "-i", "color=s=1280x720:r=60:d=1"),
            *("-c:v", "libx264", "-preset", "ultrafast", str(second)),
        ],
        duration=1,
    )
    # Nothing to see for half an hour: a small file, and many pictures to decode.
    ffmpeg.run(["-stream_loop", "1799", "-i", str(second), "-c", "copy", str(long)], duration=1800)
    facts(long, tmp_path)
    said, process = run("proxy", long, allowance=3.0, pace=0.0)
    assert said["error"]["code"] == "took_too_long"
    assert said["error"]["permanent"]
    assert process.wait() == -signal.SIGKILL
    left = [each for each in psutil.process_iter() if of_session(each, process.pid)]
    _, alive = psutil.wait_procs(left, timeout=20)
    assert not alive, "ffmpeg outlived its step"


def of_session(process: psutil.Process, session: int) -> bool:
    """Whether it lives in this session; a dead one that nobody reaps does not live."""
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and os.getsid(process.pid) == session
    except (psutil.Error, OSError):
        return False


@posix
def test_files_left_open_are_bounded(source: Path) -> None:
    program = (
        "from forge.confinement import Limits, confine\n"
        "confine(Limits(60, 10**9, None, open_files=32))\n"
        "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))\n"
        "kept = []\n"
        "try:\n"
        "    while len(kept) < 100: kept.append(open(__import__('sys').executable))\n"
        "except OSError as error: print(len(kept) < 32, error.errno)\n"
        "confine(Limits(60, 10**9, None, open_files=64))\n"
        "confine(Limits(60, 10**10, None)); print(resource.getrlimit(resource.RLIMIT_FSIZE)[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
    )
    core, full, size = done.stdout.splitlines()
    assert core.startswith("(0, ")
    assert full == f"True {__import__('errno').EMFILE}"
    assert int(size) == 10**10, "a warm child's next recording has limits of its own"
