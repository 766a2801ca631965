"""What a job can do now: which of its steps are ready, and what the others wait for.

A step is runnable when the artifacts it needs exist, so transcription starts while the proxy is
still encoding. Values in, values out: whoever calls has read the outcomes, and starts the steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from forge.pipeline import ORDER, STEPS, Outcomes, Step, locate, makers


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
    for name in sorted(unsettled, key=ORDER.__getitem__):
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


#: What a plan is made from: the arguments of :func:`plan`.
Basis = tuple[Collection[str], Outcomes, Collection[str]]


class Plans:
    """The plans of many jobs; one is made anew only when what it is made from has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Basis, Plan]] = {}

    def renew(self, bases: Mapping[str, Basis]) -> None:
        """Plans these jobs, by their ids, and forgets all others."""
        self._known = {job_id: self._planned(job_id, basis) for job_id, basis in bases.items()}

    def __getitem__(self, job_id: str) -> Plan:
        return self._known[job_id][1]

    def _planned(self, job_id: str, basis: Basis) -> tuple[Basis, Plan]:
        known = self._known.get(job_id)
        return known if known is not None and known[0] == basis else (basis, plan(*basis))
