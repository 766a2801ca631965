"""The pipeline as data: which step makes what, and from what.

What may run next follows from it in :mod:`forge.planning`. An artifact's key is a hash of the
source, the step's version, its parameters and its inputs' keys: the same work is never done twice,
whoever asks for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forge.model import JobType

Resource = Literal["io", "decode", "asr", "render"]


@dataclass(frozen=True)
class Step:
    """One kind of work.

    ``needs`` are artifacts without which the step is pointless: when the step that makes one
    was skipped, this one is skipped too. ``uses`` are artifacts that make the result better;
    the step waits until it is known whether they will exist. ``takes`` are artifacts that are
    taken when they are there, and waited for only while somebody is making them.

    ``stall_after`` is the number of seconds of silence after which a child counts as hung.
    ``weight`` is the step's rough share of its job's time, for the job's progress bar only.
    ``warm`` children are kept for the next recording, because loading their model takes longer
    than a process. What a ``shared`` step made belongs to the recording; otherwise it belongs
    to the job alone, like an export. A ``frugal`` step makes something poorer of its artifacts
    when the recording is gone, under another key: its parameters hold ``gone`` then.

    ``allowance`` and ``pace`` bound a child's wall clock: so many seconds, and so many more for
    each second of the recording (of the clip, for a render). A machine that works at a fifth of
    real time must stay far below. ``writes`` bounds a file that it makes, in bytes for each such
    second. What the bounds mean is in :mod:`forge.confinement`.
    """

    name: str
    version: int
    makes: tuple[str, ...]
    resource: Resource
    stall_after: float
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    weight: float = 1.0
    warm: bool = False
    shared: bool = True
    frugal: bool = False
    allowance: float = 600.0
    pace: float = 1.0
    writes: int = 50_000


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        # Chat comes with the import: no job runs this, but its file is an artifact like any.
        Step("chat", 1, ("chat.json",), "io", 60),
        Step("probe", 3, ("probe.json",), "io", 60, weight=0.5),
        Step("hash", 1, ("hash.json",), "io", 60, weight=0.5),
        Step(
            "audio",
            3,
            ("audio.wav", "loudness.json", "peaks_100.dat", "peaks_10.dat", "peaks_1.dat"),
            "io",
            120,
            needs=("probe.json",),
            pace=5,
            writes=1_000_000,  # A copy of the sound, for recordings that cannot be sought in.
        ),
        Step(
            "proxy",
            4,
            ("proxy.mp4", "scout.mp4", "thumbs.json"),
            "decode",
            600,  # At its end a long file is written once more, with no progress to see.
            needs=("probe.json",),
            weight=20,
            allowance=1800,
            pace=20,
            writes=8_000_000,
        ),
        Step(
            "transcription",
            3,
            ("transcript.json",),
            "asr",
            300,
            needs=("audio.wav",),
            weight=10,
            warm=True,
            allowance=1800,
            pace=30,
        ),
        Step(
            "diarization",
            2,
            ("transcript.json",),
            "asr",
            600,
            needs=("audio.wav", "transcript.json"),
            weight=10,
            warm=True,
            allowance=1800,
            pace=30,
        ),
        Step(
            "scene_detect",
            3,
            ("scenes.json",),
            "decode",
            120,
            needs=("scout.mp4", "probe.json"),
            weight=2,
            frugal=True,
            pace=5,
            writes=8_000_000,  # A copy of the picture, for recordings that cannot be sought in.
        ),
        # For the editor to suggest; scoring takes it only where that was asked for.
        Step("facecam", 1, ("facecam.json",), "io", 120, needs=("proxy.mp4",), weight=0.3),
        Step(
            "signals",
            4,
            ("signals.json",),
            "io",
            120,
            needs=("probe.json",),
            uses=("audio.wav", "transcript.json", "loudness.json", "scenes.json", "chat.json"),
        ),
        # Apart from the measuring, so that new weights cost less than a second.
        Step(
            "scoring",
            7,
            ("virality.json",),
            "io",
            120,
            needs=("probe.json", "signals.json"),
            takes=("facecam.json",),
            weight=0.2,
        ),
        Step(
            "render",
            4,
            ("clip.mp4",),
            "render",
            120,
            needs=("probe.json",),
            takes=("transcript.json", "loudness.json"),
            shared=False,
            allowance=1800,
            pace=60,  # Half an hour and a minute for each second of the clip.
            writes=8_000_000,
        ),
    )
}

JOBS: dict[JobType, tuple[str, ...]] = {
    "ingest": ("probe", "hash", "audio", "proxy"),
    "transcribe": ("transcription", "diarization"),
    "analyze": ("transcription", "diarization", "scene_detect", "facecam", "signals", "scoring"),
    "export": ("render",),
}

#: How many steps of one class run at once. ``asr`` is the GPU or all cores: one.
RESOURCES: dict[Resource, int] = {"io": 2, "decode": 1, "asr": 1, "render": 1}

#: Where each step stands: it builds on earlier ones only.
ORDER = {name: place for place, name in enumerate(STEPS)}


@dataclass(frozen=True)
class Outcome:
    """What a step left behind for one recording: its artifacts under a key, or why not."""

    step: str
    key: str = ""
    files: tuple[str, ...] = ()
    skipped: str = ""


Outcomes = Mapping[str, Outcome]


def makers(artifact: str, before: str) -> tuple[str, ...]:
    """The steps that make ``artifact`` for step ``before``, the best version first.

    ``transcript.json`` is made by transcription and again, with speakers, by diarization.
    """
    return tuple(
        name
        for name in reversed(STEPS)
        if artifact in STEPS[name].makes and ORDER[name] < ORDER[before]
    )


def locate(artifact: str, outcomes: Outcomes, before: str = "render") -> Outcome | None:
    """The outcome that holds the best existing version of ``artifact``, if there is one."""
    for name in makers(artifact, before):
        outcome = outcomes.get(name)
        if outcome is not None and artifact in outcome.files:
            return outcome
    return None


def artifact_key(
    step: Step, fingerprint: str, inputs: Mapping[str, str], params: Mapping[str, Any]
) -> str:
    """The content address of a step's artifacts: 32 hex digits of a SHA-256.

    ``fingerprint`` identifies the source's bytes. ``params`` must be JSON-able, and must hold
    everything but the inputs that changes the output.
    """
    recipe = [step.name, step.version, fingerprint, sorted(inputs.items()), params]
    text = json.dumps(recipe, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def job_progress(steps: Mapping[str, float]) -> float:
    """A job's progress, 0 to 100, from its steps' fractions (0 to 1), by weight."""
    total = sum(STEPS[name].weight for name in steps)
    done = sum(STEPS[name].weight * min(max(part, 0.0), 1.0) for name, part in steps.items())
    return 100.0 * done / total if total else 100.0
