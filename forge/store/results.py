"""The one transaction in which a step's result becomes true, with all that follows from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forge import failpoints
from forge.store import attempts, clips, projects
from forge.store.leases import Fence


@dataclass(frozen=True)
class Suggestions:
    """The clips that scoring found, with their new ids and the zones they start with."""

    clips: Sequence[Mapping[str, Any]]
    ids: Sequence[str]
    zones: Sequence[Mapping[str, Any]]
    layout: str


@dataclass(frozen=True)
class StepResult:
    """What a step achieved: artifacts under ``key``, or ``skipped`` with a reason."""

    key: str
    files: tuple[str, ...]
    result: Mapping[str, Any] = field(default_factory=dict)
    skipped: str | None = None
    reused: bool = False
    seconds: float | None = None
    probe: Mapping[str, Any] | None = None
    suggestions: Suggestions | None = None


def record(
    db: sqlite3.Connection, fence: Fence, vod_id: str, step: str, done: StepResult, now: float
) -> bool:
    """Records a result under its fence; False, and nothing recorded, when the lease was lost."""
    settled = attempts.settle_step(
        db,
        fence,
        step,
        key=done.key,
        files=done.files,
        result=done.result,
        skipped=done.skipped,
        reused=done.reused,
        seconds=done.seconds,
        now=now,
    )
    if not settled:
        return False
    if done.probe is not None:
        projects.record_probe(db, vod_id, done.probe)
    if done.suggestions is not None:
        found = done.suggestions
        clips.replace_suggestions(
            db, vod_id, found.clips, found.ids, found.zones, found.layout, now
        )
    failpoints.reach("recording", step)
    return True
