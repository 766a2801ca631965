"""What the kill soak hears of the steps' progress, and what a kill undoes by that."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from soak_server import Killed
from soak_state import Run


@dataclass
class Heard:
    """Reports of steps on one data folder: when, and which part of the step was done."""

    reports: defaultdict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    checkpoints: set[str] = field(default_factory=set)
    """Names of checkpoints in which something was seen."""

    def note(self, event: Mapping[str, Any], data: Path) -> None:
        """Takes an event of the server on ``data``. Progress that falls is a new attempt's."""
        if event["type"] != "JOB_PROGRESS":
            return
        reports, part = self.reports[event["step"]], event["step_progress"] / 100
        if reports and part < reports[-1][1]:
            reports.clear()
        reports.append((time.time(), part))
        with suppress(FileNotFoundError):
            checkpoints = (data / "checkpoints").iterdir()
            self.checkpoints.update(path.name for path in checkpoints if any(path.iterdir()))

    def largest_stretch(self, step: str) -> float:
        """The largest part of a step between two of its reports: what may be done unheard of."""
        parts = [0.0, *(part for _, part in self.reports[step]), 1.0]
        return max(after - before for before, after in pairwise(parts))


@dataclass(frozen=True)
class Lost:
    """What a kill undid of a step: seconds of work, and of source at most (None: all of it)."""

    work: float
    source: float | None


def work_lost(
    data: Path, usual: Run, undisturbed: Heard, killed: Killed, heard: Heard
) -> dict[str, Lost]:
    """By step, what a kill just now undid.

    Work counts from the start of the attempt, or from the last write to its checkpoint. Source is
    what was reported since that write, and the most that goes unreported (see
    :meth:`Heard.largest_stretch`), so other load on the machine does not count.
    """
    now = time.time()
    with closing(sqlite3.connect(f"file:{data}/forge.db?mode=ro", uri=True)) as db:
        running = dict(
            db.execute(
                "SELECT step.name, max(event.at) FROM step"
                " JOIN event ON event.subject = step.job_id AND event.detail = step.name"
                " WHERE step.status = 'processing' GROUP BY step.name"
            ).fetchall()
        )
    lost = {}
    for step, began in running.items():
        if killed.step not in (None, step):
            continue
        written = _written(data / "checkpoints" / usual.keys[step])
        work = max(0.0, now - max(began, written))
        if usual.keys[step] not in undisturbed.checkpoints:
            lost[step] = Lost(work, None)
            continue
        reports = [(at, part) for at, part in heard.reports[step] if at >= began]
        reached = reports[-1][1] if reports else 0.0
        # A step writes first and reports then.
        kept = next((part for at, part in reports if at >= written), reached) if written else 0.0
        part = min(1.0, max(0.0, reached - kept) + undisturbed.largest_stretch(step))
        lost[step] = Lost(work, part * usual.length[step])
    return lost


def _written(checkpoint: Path) -> float:
    """When the newest file of a checkpoint was written. A server that lives may remove it now."""
    newest = 0.0
    for folder, _, names in os.walk(checkpoint):
        for name in names:
            with suppress(FileNotFoundError):
                newest = max(newest, (Path(folder) / name).stat().st_mtime)
    return newest
