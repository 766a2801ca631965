"""What a step's process may use: seconds, bytes of a file, memory, open files.

The limits stop what no list of formats can: a small file that unpacks to a disk full of zeros, a
decoder that allocates without end, a loop that makes progress for ever. They are far beyond
anything that honest work needs on a slow laptop; whoever meets one has a broken recording. They
are no sandbox: code that runs in the child could lift them.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass

from forge.errors import ForgeError
from forge.pipeline import Step

MIB = 1024 * 1024
GIB = 1024 * MIB
#: Any one file may have this many bytes, whatever the recording.
FILE_SLACK = GIB
#: Beyond that, a file grows at most to this many times the recording: sound at 8 kbit/s that is
#: written as a WAV does.
FILE_GROWTH = 32
#: Less memory than this is no limit but a failure: 4K pictures on many cores take most of it.
LEAST_MEMORY = 2 * GIB
OPEN_FILES = 512
#: The length that is assumed as long as nothing is known: a day.
UNKNOWN_SECONDS = 86_400.0


@dataclass(frozen=True)
class Limits:
    """``seconds`` of wall clock; bytes of one file; bytes of memory, None for no limit."""

    seconds: float
    file_bytes: int
    memory_bytes: int | None
    open_files: int = OPEN_FILES


def time_limit(step: Step, seconds: float | None) -> float:
    """The wall-clock seconds that ``step`` may take on ``seconds`` of a recording."""
    return step.allowance + step.pace * (UNKNOWN_SECONDS if seconds is None else max(seconds, 0.0))


def limits(step: Step, *, seconds: float | None, source_bytes: int, memory: int) -> Limits:
    """The limits of ``step`` on ``seconds`` of a recording of ``source_bytes``.

    ``memory`` is what the machine has, in bytes; a quarter of it is left to everything else.
    Warm children have no limit of memory: they hold a model of whatever size the user chose, and
    CUDA and CTranslate2 reserve many times the memory that they use.
    """
    length = UNKNOWN_SECONDS if seconds is None else max(seconds, 0.0)
    grown = min(step.writes * length, FILE_GROWTH * source_bytes)
    return Limits(
        seconds=time_limit(step, seconds),
        file_bytes=FILE_SLACK + int(grown),
        memory_bytes=None if step.warm else max(LEAST_MEMORY, memory * 3 // 4),
    )


def confine(limits: Limits) -> None:
    """Puts the limits on this process and on what it starts from now on, all but the time.

    Only soft limits are lowered, so a warm child can be given other ones for its next recording.
    Windows has no such limits: there the wall clock is the only one.
    """
    if sys.platform == "win32":
        return
    import resource

    def lower(kind: int, wanted: int, *, up_to_hard: bool = False) -> None:
        soft, hard = resource.getrlimit(kind)
        bounds = [bound for bound in (hard, *(() if up_to_hard else (soft,))) if bound >= 0]
        # macOS refuses some of these, by kind and by version.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (min([wanted, *bounds]), hard))

    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, limits.open_files)
    lower(resource.RLIMIT_FSIZE, limits.file_bytes, up_to_hard=True)
    if limits.memory_bytes is not None:
        # Not the address space: every thread reserves far more of it than it ever touches.
        lower(resource.RLIMIT_DATA, limits.memory_bytes, up_to_hard=True)


def took_too_long(step: str, seconds: float) -> ForgeError:
    """The end of a step that reached its wall-clock limit."""
    return ForgeError(
        "took_too_long",
        f"The step {step} was stopped after {seconds / 60:,.0f} minutes, the most that it may"
        " take on a recording of this length.",
        hint="If the machine was very busy, retry the job; otherwise the recording's time stamps"
        " may be broken: remux it (for example in OBS) and import it again.",
    )


def output_too_large() -> ForgeError:
    """The end of a step that reached the limit of a file's size."""
    return ForgeError(
        "output_too_large",
        "A file that was made from the recording grew far beyond what its length explains.",
        hint="Its time stamps may be broken: remux it (for example in OBS), then import it again.",
    )
