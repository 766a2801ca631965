"""The proxy that was killed, or whose engine broke: the same bytes, and one chunk lost.

Rules of this file: chunks are a second long. A kill is SIGKILL to the step's own process group,
or the exact bytes that one leaves behind; what comes out is compared with what nobody disturbed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from forge.media import chunks, ffmpeg, hardware, whole
from forge.media.proxy import picture_args
from forge.spec import Spec
from forge.steps import proxy
from tests.media.shades import X264, ignore, make, pictures, small_chunks, specs


@pytest.fixture(autouse=True, scope="module")
def short() -> Iterator[None]:
    with small_chunks():
        yield


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("recording") / "a.mp4", *X264, "-g", "40")


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
    tmp_path: Path, recording: Path, expected: dict[str, bytes]
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
    assert made(spec) == expected


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
