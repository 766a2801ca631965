"""The pipeline as data: which step makes what, from what, and what may run next.

A step is runnable when the artifacts it needs exist, so transcription starts while the proxy
is still encoding. An artifact's key is a hash of the source, the step's version, its
parameters and its inputs' keys: the same work is never done twice, whoever asks for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Resource = Literal["io", "decode", "asr", "render"]
JobType = Literal["ingest", "transcribe", "analyze", "export"]


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
    to the job alone, like an export.

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
    allowance: float = 600.0
    pace: float = 1.0
    writes: int = 50_000


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        # Chat comes with the import: no job runs this, but its file is an artifact like any.
        Step("chat", 1, ("chat.json",), "io", 60),
        Step("probe", 2, ("probe.json",), "io", 60, weight=0.5),
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
            3,
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
            2,
            ("scenes.json",),
            "decode",
            120,
            needs=("scout.mp4", "probe.json"),
            weight=2,
            pace=5,
        ),
        Step(
            "signals",
            1,
            ("signals.json",),
            "io",
            120,
            needs=("probe.json",),
            uses=("audio.wav", "transcript.json", "loudness.json", "scenes.json", "chat.json"),
        ),
        # Apart from the measuring, so that new weights cost less than a second.
        Step(
            "scoring",
            3,
            ("virality.json",),
            "io",
            120,
            needs=("probe.json", "signals.json"),
            weight=0.2,
        ),
        Step(
            "render",
            2,
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
    "analyze": ("transcription", "diarization", "scene_detect", "signals", "scoring"),
    "export": ("render",),
}

#: How many steps of one class run at once. ``asr`` is the GPU or all cores: one.
RESOURCES: dict[Resource, int] = {"io": 2, "decode": 1, "asr": 1, "render": 1}

_ORDER = {name: place for place, name in enumerate(STEPS)}


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
        if artifact in STEPS[name].makes and _ORDER[name] < _ORDER[before]
    )


def locate(artifact: str, outcomes: Outcomes, before: str = "render") -> Outcome | None:
    """The outcome that holds the best existing version of ``artifact``, if there is one."""
    for name in makers(artifact, before):
        outcome = outcomes.get(name)
        if outcome is not None and artifact in outcome.files:
            return outcome
    return None


@dataclass(frozen=True)
class Ready:
    """The step can start now, with these inputs (artifact name to key)."""

    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """The step waits until the named steps have an outcome."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class Pointless:
    """The step will never have its inputs, for a reason that is not a failure."""

    reason: str


def prospect(
    step: Step, outcomes: Outcomes, pursued: Collection[str]
) -> Ready | Waiting | Pointless:
    """Whether ``step`` can run, given what earlier steps left behind and what will be done."""
    inputs: dict[str, str] = {}
    waits: list[str] = []
    for artifact in (*step.needs, *step.uses, *step.takes):
        pending = [
            name
            for name in makers(artifact, step.name)
            if name not in outcomes and (artifact not in step.takes or name in pursued)
        ]
        found = locate(artifact, outcomes, step.name)
        if pending:
            waits.extend(pending)
        elif found is not None:
            inputs[artifact] = found.key
        elif artifact in step.needs:
            reasons = [outcomes[name].skipped for name in makers(artifact, step.name)]
            return Pointless(next(filter(None, reasons), f"{artifact} does not exist"))
    return Waiting(tuple(dict.fromkeys(waits))) if waits else Ready(inputs)


@dataclass(frozen=True)
class Plan:
    """What a job can do now, by step name. A job whose plan is empty is finished."""

    ready: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pointless: Mapping[str, str] = field(default_factory=dict)
    blocked: Mapping[str, str] = field(default_factory=dict)


def plan(unsettled: Collection[str], outcomes: Outcomes, pursued: Collection[str]) -> Plan:
    """Sorts a job's unsettled steps.

    ``unsettled`` are the job's steps without a result yet (the running ones too: the caller
    ignores them among the ready). ``pursued`` are the steps that some live job on the same
    recording is going to run; a step that waits for one that nobody will run is blocked, with
    that one's name, and so is a step that waits for a blocked one.

    Outcomes of the unsettled steps themselves are left over from earlier work with other
    parameters, so nothing in this job may build on them.
    """
    valid = {name: outcome for name, outcome in outcomes.items() if name not in unsettled}
    ready: dict[str, Mapping[str, str]] = {}
    waiting: dict[str, tuple[str, ...]] = {}
    pointless: dict[str, str] = {}
    blocked: dict[str, str] = {}
    for name in sorted(unsettled, key=_ORDER.__getitem__):
        match prospect(STEPS[name], valid, pursued):
            case Ready(inputs):
                ready[name] = inputs
            case Pointless(reason):
                pointless[name] = reason
            case Waiting(steps):
                orphans = [step for step in steps if step not in pursued or step in blocked]
                if orphans:
                    blocked[name] = blocked.get(orphans[0], orphans[0])
                else:
                    waiting[name] = steps
    return Plan(ready, waiting, pointless, blocked)


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
