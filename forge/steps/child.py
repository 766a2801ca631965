"""The child side of a step's process: specs in on stdin, NDJSON out on stdout.

The parent keeps the child's stdin open for as long as it lives. When it closes, for whatever
reason, the child kills its whole process group, ffmpeg included: no signal from the parent is
needed, so this works even when the parent was killed with SIGKILL.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from threading import Lock, Thread
from typing import IO, Any

import psutil

from forge import failpoints
from forge.confinement import Limits, confine, limits, took_too_long
from forge.durable import disk_error
from forge.errors import ForgeError, StepSkipped
from forge.media.source import lost
from forge.pipeline import STEPS
from forge.spec import Spec
from forge.steps.deadline import Deadline

#: At most this many progress lines a second leave the child.
PROGRESS_HZ = 5.0

#: How steps fail, among other causes, when the recording was moved or its disk taken away.
_SYMPTOMS = {"bad_media", "disk_error", "ffmpeg_failed", "step_crashed", "truncated"}


class Speaker:
    """Writes NDJSON to the parent, one line at a time, progress no faster than PROGRESS_HZ."""

    def __init__(self, step: str, stream: IO[str]) -> None:
        self._step = step
        self._stream = stream
        self._lock = Lock()
        self._last = float("-inf")

    def say(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message, ensure_ascii=False) + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()

    def progress(self, fraction: float, *, speed: float | None = None) -> None:
        now = time.monotonic()
        if now - self._last < 1 / PROGRESS_HZ and fraction < 1.0:
            return
        self._last = now
        self.say({"type": "progress", "fraction": round(fraction, 5), "speed": speed})
        failpoints.reach("reported", self._step)


def end_group() -> None:
    """Kills this process and everything it started."""
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)  # Windows: ffmpeg ends by itself when its pipes break.


def _listen(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    end_group()


def serve(name: str, out: IO[str]) -> None:
    """Runs the step ``name`` for each spec that arrives, until stdin closes."""
    speaker = Speaker(name, out)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    Thread(target=_listen, args=(lines,), daemon=True).start()
    while True:
        spec = Spec.from_json(json.loads(lines.get()))
        failpoints.reach("spec_read", name)
        allowed = allowance(name, spec)
        confine(allowed)
        deadline = Deadline(allowed.seconds, partial(_expire, name, allowed.seconds, speaker))
        said = answer(name, spec, speaker)
        if deadline.met():
            speaker.say(said)


def allowance(name: str, spec: Spec) -> Limits:
    """What the step may use on this recording and this machine."""
    size = 0
    with suppress(OSError):  # The step itself says what is wrong with the file.
        size = spec.source.stat().st_size
    memory = psutil.virtual_memory().total
    return limits(STEPS[name], seconds=spec.seconds, source_bytes=size, memory=memory)


def _expire(name: str, seconds: float, speaker: Speaker) -> None:
    speaker.say({"type": "error", "error": took_too_long(name, seconds).as_json()})
    end_group()


def answer(name: str, spec: Spec, speaker: Speaker) -> dict[str, Any]:
    """Runs one spec and says how it ended; no exception leaves here."""
    said = _run(name, spec, speaker)
    if said["type"] == "error" and said["error"]["code"] in _SYMPTOMS:
        cause = lost(spec.source)
        return said if cause is None else {"type": "error", "error": cause.as_json()}
    return said


def _run(name: str, spec: Spec, speaker: Speaker) -> dict[str, Any]:
    os.chdir(spec.outputs)
    try:
        module = importlib.import_module(f"forge.steps.{STEPS[name].name}")
        result = module.run(spec, speaker.progress)
        failpoints.reach("outputs_written", name)
        return {"type": "result", "result": result}
    except StepSkipped as skip:
        return {"type": "skipped", "reason": skip.reason}
    except ForgeError as error:
        return {"type": "error", "error": error.as_json()}
    except MemoryError:
        shortage = ForgeError(
            "out_of_memory",
            f"There was not enough memory for the step {name}.",
            hint="Close other programs or choose a smaller model, then retry.",
            permanent=False,
        )
        return {"type": "error", "error": shortage.as_json()}
    except OSError as error:
        traceback.print_exc()
        return {"type": "error", "error": disk_error(error).as_json()}
    except Exception as error:
        traceback.print_exc()
        unexpected = ForgeError(
            "step_crashed",
            f"The step {name} failed unexpectedly: {type(error).__name__}: {error}"[:500],
            hint="This is a fault in FORGE; the log below says where. Retrying may help.",
            permanent=False,
        )
        return {"type": "error", "error": unexpected.as_json()}
    finally:
        os.chdir("/" if os.name != "nt" else os.environ.get("SYSTEMDRIVE", "C:") + "\\")
