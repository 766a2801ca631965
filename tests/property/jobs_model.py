"""What the job table ought to do, in plain Python: the reference beside the real one.

Rules of this file: nothing of ``forge.store`` and no rule of ``forge.jobs`` is used here; the
numbers are written out again. Each method says what a store function must answer, and moves the
model along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

LEASE = 60.0
MAX_ATTEMPTS = 3
PAUSES = {1: 10.0, 2: 40.0}
SETTLED = ("completed", "skipped")
#: What each step builds on: the steps that make it, straight away or by way of others. The order
#: is the pipeline's.
BUILDS_ON: dict[str, tuple[str, ...]] = {
    "probe": (),
    "hash": (),
    "audio": ("probe",),
    "proxy": ("probe",),
    "transcription": ("audio",),
    "diarization": ("audio", "transcription"),
    "scene_detect": ("probe", "proxy"),
    "facecam": ("proxy",),
    "signals": ("probe", "audio", "transcription", "diarization", "scene_detect"),
    "scoring": ("probe", "signals"),
    "render": ("probe",),
}
ENDED = ("completed", "failed", "cancelled")
STOPPED = ("failed", "cancelled")


@dataclass
class StepModel:
    stall_after: float
    status: str = "pending"
    attempt: int = 0
    key: str = ""
    result: dict[str, Any] | None = None

    @property
    def settled(self) -> bool:
        return self.status in SETTLED


@dataclass
class JobModel:
    """One job. ``log`` and ``step_log`` are the events that must have been written about it."""

    vod: str
    steps: dict[str, StepModel]
    status: str = "pending"
    attempt: int = 0
    owner: str | None = None
    lease: float | None = None
    run_after: float = 0.0
    flagged: bool = False
    error: str | None = None
    log: list[str] = field(default_factory=lambda: ["JOB_CREATED"])
    step_log: Counter[str] = field(default_factory=Counter)

    def holds(self, owner: str, attempt: int) -> bool:
        return self.status == "processing" and (self.owner, self.attempt) == (owner, attempt)

    def claim(self, owner: str, now: float) -> bool:
        if self.status != "pending" or self.run_after > now:
            return False
        self.attempt += 1
        self.owner, self.lease = owner, now + LEASE
        self._become("processing")
        return True

    def renew(self, now: float, stall_after: float = 0.0) -> None:
        # A running step keeps the time it may be silent for, whatever the others report.
        self.lease = max(self.lease or 0.0, now + LEASE + stall_after)

    def touch(self, step: str, now: float) -> None:
        self.renew(now, self.steps[step].stall_after)

    def start(self, step: str, now: float) -> bool:
        self.touch(step, now)
        if self.steps[step].settled:
            return False
        self._set_step(step, "processing")
        self.steps[step].attempt += 1
        return True

    def settle(self, step: str, key: str, result: dict[str, Any], skip: bool, now: float) -> bool:
        self.touch(step, now)
        if self.steps[step].settled:
            return False
        self._set_step(step, "skipped" if skip else "completed")
        self.steps[step].key, self.steps[step].result = key, result
        if all(each.settled for each in self.steps.values()):
            self._become("completed")
        return True

    def fail_step(self, step: str, now: float) -> bool:
        self.touch(step, now)
        if self.steps[step].settled:
            return False
        self._set_step(step, "failed")
        return True

    def end_attempt(self, code: str, permanent: bool, now: float) -> None:
        if permanent or self.attempt >= MAX_ATTEMPTS:
            self._leave("failed", code)
        elif self.flagged:
            self._leave("cancelled")
        else:
            self.run_after = now + PAUSES[self.attempt]
            self._leave("pending", code)

    def release(self) -> None:
        if self.flagged:
            self._leave("cancelled")
        else:
            self.attempt -= 1
            self._leave("pending")

    def acknowledge_cancel(self) -> None:
        self._leave("cancelled")

    def request_cancel(self) -> None:
        if self.status == "processing":
            self.flagged = True
        elif self.status == "pending":
            self._leave("cancelled", self.error)

    def reclaim(self) -> None:
        if self.flagged:
            self._leave("cancelled")
        elif self.attempt < MAX_ATTEMPTS:
            self._leave("pending")
        else:
            self._leave("failed", "worker_lost")

    def retry(self, others: Iterable[JobModel], made: Collection[str]) -> None:
        """``others`` are all other jobs, the oldest first; ``made`` the recording's outcomes."""
        if self.status not in STOPPED:
            return
        others = [each for each in others if each.vod == self.vod]
        for each in (self, *others):
            if each is self or each._failed_for_another():
                each._put_back()
        waiting = [self]
        while waiting:
            maker = waiting[0]._stopped_maker([self, *others], made)
            if maker is None:
                waiting.pop(0)
            else:
                maker._put_back()
                waiting.append(maker)

    def _stopped_maker(self, everyone: list[JobModel], made: Collection[str]) -> JobModel | None:
        own = self._unsettled()
        lacking: set[str] = set()
        todo = list(own)
        while todo:
            for step in BUILDS_ON[todo.pop()]:
                if step not in lacking and step not in own and step not in made:
                    lacking.add(step)
                    todo.append(step)
        for step in BUILDS_ON:
            makers = [each for each in everyone if step in each._unsettled()]
            if step in lacking and makers and all(each.status in STOPPED for each in makers):
                return makers[-1]
        return None

    def _unsettled(self) -> set[str]:
        return {name for name, step in self.steps.items() if not step.settled}

    def _put_back(self) -> None:
        self.attempt, self.run_after, self.flagged = 0, 0.0, False
        self._leave("pending")

    def _failed_for_another(self) -> bool:
        return self.status == "failed" and self.error == "upstream_failed"

    def _leave(self, status: str, error: str | None = None) -> None:
        self._become(status, error)
        for name, step in self.steps.items():
            if step.settled:
                continue
            if status == "pending":
                self._set_step(name, "pending")
            elif step.status != "failed":
                self._set_step(name, "cancelled")

    def _become(self, status: str, error: str | None = None) -> None:
        self.status = status
        if status == "processing":
            error = self.error
        else:
            self.owner = self.lease = None
        self.error = error
        self.log.append("JOB_CHANGED")
        if status in ENDED:
            self.log.append(f"JOB_{status.upper()}")

    def _set_step(self, name: str, status: str) -> None:
        if self.steps[name].status != status:
            self.steps[name].status = status
            self.step_log[name] += 1
