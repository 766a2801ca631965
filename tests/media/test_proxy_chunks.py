"""The proxy in chunks: no seam in what comes out, and a kill costs one chunk.

Rules of this file: chunks and pieces are made a second long, so that a recording of some seconds
has several of each. Every picture of a recording has a shade that tells which one it is, and
its sound is one long sweep; what comes out is compared, picture by picture, with what
belongs there. A kill is SIGKILL to the step's own process group, or the exact bytes that one
leaves behind.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge.media import chunks, ffmpeg, hardware, seekable, sound, whole
from forge.media.proxy import picture_args
from forge.spec import Spec
from forge.steps import probe, proxy

SECONDS = 6.0
#: Picture n is this bright: 55 shades, 4 apart, so that no codec mistakes one for another.
SHADES, APART, DARKEST = 55, 4, 16
PICTURE = f"nullsrc=s=64x36:r={{rate}}:d={SECONDS},geq=lum='{DARKEST}+{APART}*mod(N,{SHADES})'"
PICTURE += ":cb=128:cr=128,format=yuv420p"
SOUND = f"aevalsrc='0.4*sin(2*PI*(300*t+40*t*t))':s=48000:d={SECONDS}"
AAC = ["-c:a", "aac", "-ac", "1"]
X264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params", "scenecut=0", *AAC]
X265 = ["-c:v", "libx265", "-preset", "ultrafast", *AAC]
OPEN = ["-x265-params", "bframes=3:log-level=none:open-gop=1"]
VP8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]


@pytest.fixture(autouse=True, scope="module")
def short() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chunks, "SECONDS", 1.0)
        patched.setattr(chunks, "LONGEST", 1.5)
        patched.setattr(seekable, "_SHORT", 0.0)
        patched.setattr(sound, "PIECE", 47)
        yield


def ignore(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def make(path: Path, *options: str, rate: str = "30", picture: str = "") -> Path:
    graph = PICTURE.format(rate=rate) + picture
    args = ["-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", SOUND, *options, str(path)]
    ffmpeg.run(args, duration=SECONDS)
    return path


def specs(source: Path, folder: Path) -> Spec:
    """Probes the recording; gives what the proxy step is told."""
    out, checkpoint = folder / "out", folder / "checkpoint"
    for each in (out, checkpoint):
        each.mkdir(parents=True)
    probe.run(Spec("probe", source, folder, folder), ignore)
    return Spec("proxy", source, out, checkpoint, {"probe.json": folder / "probe.json"})


def pictures(path: Path) -> list[tuple[float, int]]:
    """Time and number (modulo SHADES) of each picture."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            level = float(frame.to_ndarray(format="gray").mean())
            # Full range against studio range.
            number = (level * 219 / 255 + 16 - DARKEST) / APART
            assert abs(number - round(number)) < 0.4
            found.append((frame.time, round(number) % SHADES))
    return found


def begins(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.start_time or 0) / av.time_base


def heard(path: Path) -> Any:
    command = [ffmpeg.binary(), "-v", "error", "-i", str(path), "-map", "0:a", "-ac", "1"]
    done = subprocess.run(
        [*command, "-ar", "48000", "-f", "f32le", "-"], check=True, stdout=subprocess.PIPE
    )
    return np.frombuffer(done.stdout, "<f4")


@pytest.mark.parametrize(
    ("name", "options", "rate"),
    [
        ("a.mp4", [*X264, "-g", "47"], "30"),
        ("a.mp4", [*X264, "-g", "300"], "30"),
        ("a.mkv", [*X264, "-g", "50"], "60"),
        ("a.mkv", [*X265, *OPEN, "-g", "30"], "25"),
        ("a.webm", [*VP8, "-g", "40"], "30"),
        ("a.ts", [*X264, "-g", "45", "-output_ts_offset", "9000"], "30"),
        ("a.flv", [*X264, "-g", "45"], "30"),
        ("a.mp4", [*X264, "-g", "60", "-movflags", "+frag_keyframe+delay_moov"], "60000/1001"),
    ],
    ids=["mp4", "one-keyframe", "mkv60", "open-gop", "webm", "ts", "flv", "fragmented"],
)
def test_chunks_join_without_a_seam(
    tmp_path: Path, name: str, options: list[str], rate: str
) -> None:
    spec = specs(make(tmp_path / name, *options, rate=rate), tmp_path / "work")
    proxy.run(spec, ignore)
    journal = (spec.checkpoint / "chunks.jsonl").read_text().splitlines()
    assert len(journal) >= 4
    fps = Fraction(rate)
    grid = min(fps, Fraction(30))
    source = [(time - begins(spec.source), number) for time, number in pictures(spec.source)]
    copy = pictures(spec.outputs / "proxy.mp4")
    assert len(copy) == pytest.approx(SECONDS * grid, abs=2)
    for place, (time, number) in enumerate(copy):
        assert time == pytest.approx(float(place / grid), abs=1e-6)
        # The last picture that came, or is to come within a quarter of a place.
        shown = [each for at, each in source if math.floor(at * grid + 0.75) <= place][-1:]
        # Of twice as many, those are left out that nothing else is made from.
        fast = [(each - off) % SHADES for each in shown if fps > grid for off in (1, 2)]
        assert number in [*shown, *fast] if shown else number == source[0][1]
    scout = pictures(spec.outputs / "scout.mp4")
    assert len(scout) == pytest.approx(SECONDS * grid, abs=2)
    times = np.array([at for at, _ in source])
    for time, number in scout:
        nearest = int(np.abs(times - time).argmin())
        assert times[nearest] == pytest.approx(time, abs=1e-4)
        assert number == source[nearest][1]
    # In each of these the sound comes first, so it begins where the recording does.
    theirs, ours = heard(spec.source), heard(spec.outputs / "proxy.mp4")
    seams = [round(place * 47 * 1024) for place in range(6)]
    for seam, after in pairwise(seams):
        window = ours[seam + 2400 : after - 2400]
        off = {
            lag: np.abs(window - theirs[seam + lag + 2400 :][: len(window)]).max()
            for lag in range(-48, 49)
        }
        lag = min(off, key=lambda lag: off[lag])
        assert off[lag] < 0.05
        # Containers that round to milliseconds move a piece by less than one; nothing is lost.
        assert lag == 0 or name.endswith((".mkv", ".webm"))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("recording") / "a.mp4", *X264, "-g", "40")


def run(spec: Spec) -> float:
    """Runs the step; gives the second of the recording at which it began."""
    said: list[float] = []

    def report(fraction: float, *, speed: float | None = None) -> None:
        said.append(fraction)

    proxy.run(spec, report)
    assert said == sorted(said)
    return said[0] / 0.98 * SECONDS


def made(spec: Spec) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(spec.outputs.iterdir())}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, recording: Path) -> dict[str, bytes]:
    """What an attempt makes that nobody disturbs."""
    spec = specs(recording, tmp_path_factory.mktemp("undisturbed"))
    proxy.run(spec, ignore)
    return made(spec)


def encoded(recording: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Spec:
    """A step that was killed when all chunks were there, before it put them together."""
    spec = specs(recording, folder)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(whole, "join", killed)
        with pytest.raises(KeyboardInterrupt):
            proxy.run(spec, ignore)
    return spec


def again(spec: Spec) -> None:
    """Staging goes with a killed attempt."""
    shutil.rmtree(spec.outputs)
    spec.outputs.mkdir()


@pytest.mark.parametrize("place", ["torn journal", "torn picture", "between", "ended"])
def test_what_a_kill_leaves_behind_gives_the_same_bytes(
    tmp_path: Path,
    recording: Path,
    expected: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    spec = encoded(recording, tmp_path, monkeypatch)
    folder = spec.checkpoint
    lines = (folder / "chunks.jsonl").read_bytes().splitlines(keepends=True)
    heard_lines = (folder / "sound.jsonl").read_bytes().splitlines(keepends=True)
    if place == "torn journal":
        (folder / "chunks.jsonl").write_bytes(b"".join(lines[:2]) + lines[2][:9])
    elif place == "torn picture":
        (folder / "chunks.jsonl").write_bytes(lines[0])
        size = json.loads(lines[1])["proxy.m4s"] - 100
        with (folder / "proxy.m4s").open("rb+") as file:
            file.truncate(size)
        (folder / "proxy.part").write_bytes(b"half a chunk")
        (folder / "sound.jsonl").write_bytes(b"".join(heard_lines[:3]))
    elif place == "between":
        (folder / "chunks.jsonl").write_bytes(b"".join(lines[:3]))
        (folder / "sound.jsonl").write_bytes(b"")
    again(spec)
    reached: list[float] = []
    result = proxy.run(spec, lambda fraction, speed=None: reached.append(fraction))
    starts = [0.0, *(json.loads(line)["end"] for line in lines)]
    kept = {"torn journal": 2, "torn picture": 1, "between": 3, "ended": len(lines)}[place]
    assert reached[0] == pytest.approx(0.98 * starts[kept] / result["duration"], abs=0.005)
    assert made(spec) == expected


def test_a_kill_at_the_very_end_costs_one_more_copying_and_nothing_is_there_twice(
    tmp_path: Path, recording: Path, expected: dict[str, bytes]
) -> None:
    spec = specs(recording, tmp_path)
    proxy.run(spec, ignore)
    assert not (spec.checkpoint / "scout.m4s").exists()
    again(spec)
    reached: list[float] = []
    proxy.run(spec, lambda fraction, speed=None: reached.append(fraction))
    assert reached[0] >= 0.98
    assert made(spec) == expected


@pytest.mark.parametrize("when", ["encoded", "put together"])
def test_a_checkpoint_that_lost_bytes_is_begun_again(
    tmp_path: Path,
    recording: Path,
    expected: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    if when == "encoded":
        spec = encoded(recording, tmp_path, monkeypatch)
    else:
        spec = specs(recording, tmp_path)
        proxy.run(spec, ignore)
    with (spec.checkpoint / "proxy.m4s").open("rb+") as file:
        file.truncate(10)
    again(spec)
    reached: list[float] = []
    proxy.run(spec, lambda fraction, speed=None: reached.append(fraction))
    assert reached[0] < 0.2
    assert made(spec) == expected


SCRIPT = """
import json, sys
from forge.media import chunks, seekable, sound
from forge.steps import proxy
from forge.spec import Spec
chunks.SECONDS, chunks.LONGEST, sound.PIECE, seekable._SHORT = 1.0, 1.5, 47, 0.0
proxy.run(Spec.from_json(json.load(sys.stdin)), lambda fraction, speed=None: None)
"""


def test_a_killed_process_group_leaves_what_the_next_one_uses(
    tmp_path: Path, recording: Path
) -> None:
    spec = specs(recording, tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(spec.as_json()).encode())
    process.stdin.close()
    journal = spec.checkpoint / "chunks.jsonl"
    while process.poll() is None and (
        not journal.exists() or journal.read_bytes().count(b"\n") < 2
    ):
        os.sched_yield()
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    reached: list[float] = []
    proxy.run(spec, lambda fraction, speed=None: reached.append(fraction))
    assert reached[0] > 0.1
    undisturbed = specs(recording, tmp_path / "undisturbed")
    proxy.run(undisturbed, ignore)
    assert made(spec) == made(undisturbed)


@pytest.mark.parametrize("engine", hardware.CANDIDATES, ids=lambda engine: engine.name)
def test_a_gpu_is_used_only_when_it_passes_its_trial(
    tmp_path: Path, recording: Path, engine: hardware.Engine
) -> None:
    spec = specs(recording, tmp_path)

    def attempt(tried: hardware.Engine) -> list[str]:
        facts = json.loads(spec.inputs["probe.json"].read_text())
        inputs = ["-copyts", *tried.decoder, *ffmpeg.source_args(recording)]
        return [*inputs, *picture_args(facts, chunks.Chunk(0, 30, Fraction(30)), 0, tried.encoder)]

    def works(folder: Path) -> bool:
        return len(pictures(folder / "proxy.part")) == 30

    # Software passes the same trial, and an encoder that does not exist fails it.
    assert hardware.passes(hardware.SOFTWARE, attempt, works, tmp_path)
    broken = hardware.Engine("broken", (), ("-c:v", "h264_of_tomorrow"))
    assert not hardware.passes(broken, attempt, works, tmp_path)
    usable = hardware.passes(engine, attempt, works, tmp_path)
    assert (hardware.choose(attempt, works, tmp_path) is None) or usable
    assert not list(tmp_path.glob("trial.*"))


def test_an_engine_that_fails_on_the_way_gives_what_software_gives(
    tmp_path: Path,
    recording: Path,
    expected: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after a driver's crash: the engine made some chunks, and makes no more."""
    software = encoded(recording, tmp_path / "software", monkeypatch)
    spec = specs(recording, tmp_path / "broken")
    broken = hardware.Engine("broken", (), ("-c:v", "h264_of_tomorrow"))
    monkeypatch.setitem(hardware.ENGINES, "broken", broken)
    for name in ("chunks.jsonl", "proxy.m4s", "scout.m4s"):
        shutil.copy(software.checkpoint / name, spec.checkpoint)
    lines = (spec.checkpoint / "chunks.jsonl").read_bytes().splitlines(keepends=True)
    (spec.checkpoint / "chunks.jsonl").write_bytes(b"".join(lines[:2]))
    (spec.checkpoint / "engine.json").write_text('"broken"')
    proxy.run(spec, ignore)
    assert made(spec) == expected
    assert json.loads((spec.checkpoint / "engine.json").read_text()) == "software"
