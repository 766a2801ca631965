"""Random lives of jobs, on the real store: a state machine for hypothesis.

Rules of this file: the real schema and the real store functions, each in a transaction of its
own, as the ledger runs them; time is a number that only moves when a rule moves it. Every fence
that was ever given out is kept and used again. What must hold is said by the model and the
invariants beside it (:mod:`tests.property.jobs_model`, :mod:`tests.property.jobs_invariants`).
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from forge.errors import ForgeError
from forge.pipeline import JOBS, STEPS
from forge.store import attempts, jobs, leases
from forge.store.connection import transaction
from forge.store.leases import Fence
from tests.property.jobs_draws import AGES, FAILURES, JOB, KIND, PASSING, PLACES, VOD
from tests.property.jobs_invariants import JobsWatched
from tests.property.jobs_model import MAX_ATTEMPTS, JobModel, StepModel


class Killed(Exception):
    """FORGE dies before the commit."""


class JobsMachine(JobsWatched):
    """Owners, users, clocks and crashes, in any order."""

    def choices(self) -> list[str]:
        """The jobs to draw from: mostly such that still have something before them."""
        left = [job for job, model in self.jobs.items() if model.status != "completed"]
        return left * 4 + list(self.jobs)

    def fence(self, job: str, age: int) -> Fence:
        """The job's newest fence or an older one; a made-up one while there are not so many."""
        given = self.fences[job]
        return given[-1 - age] if age < len(given) else Fence(job, f"{self.boot}:0", 1)

    def step(self, job: str, place: int) -> str:
        names = list(self.jobs[job].steps)
        return names[place % len(names)]

    def new(self) -> int:
        self.made += 1
        return self.made

    @initialize(kind=KIND, vod=VOD)
    def first(self, kind: Any, vod: str) -> None:
        self.enqueue(kind, vod)

    # Few jobs that are not completed at a time, so that much happens to each.
    @precondition(lambda self: len(self.choices()) < 15)
    @rule(kind=KIND, vod=VOD)
    def enqueue(self, kind: Any, vod: str) -> None:
        job = f"job-{len(self.jobs)}"
        self.call(
            jobs.enqueue,
            job_id=job,
            project_id=vod,
            vod_id=vod,
            kind=kind,
            payload={},
            now=self.now,
        )
        steps = {name: StepModel(STEPS[name].stall_after) for name in JOBS[kind]}
        self.jobs[job] = JobModel(vod, steps)
        self.fences[job], self.log[job], self.step_log[job] = [], [], Counter()

    @rule(job=JOB)
    def claim(self, job: str) -> None:
        owner = f"{self.boot}:{self.new()}"
        fence = self.call(leases.claim, job, owner, self.now)
        taken = self.jobs[job].claim(owner, self.now)
        assert (fence is not None) == taken
        if fence is not None:
            assert fence == Fence(job, owner, self.jobs[job].attempt)
            self.fences[job].append(fence)

    @rule(job=JOB, age=AGES)
    def renew(self, job: str, age: int) -> None:
        holds, answer = self.fenced(self.fence(job, age), leases.renew, self.now)
        assert answer == holds
        if holds:
            self.jobs[job].renew(self.now)

    @rule(job=JOB, age=AGES, place=PLACES)
    def start_step(self, job: str, age: int, place: int) -> None:
        step = self.step(job, place)
        holds, answer = self.fenced(self.fence(job, age), attempts.start_step, step, self.now)
        assert answer == (holds and self.jobs[job].start(step, self.now))

    @rule(job=JOB, age=AGES, place=PLACES, part=st.sampled_from((-1.0, 0.0, 0.3, 1.0, 7.0)))
    def progress(self, job: str, age: int, place: int, part: float) -> None:
        fence, step = self.fence(job, age), self.step(job, place)
        holds, answer = self.fenced(fence, attempts.progress, step, part, 2.0, self.now)
        assert answer == holds
        if holds:
            self.jobs[job].touch(step, self.now)

    @rule(job=JOB, age=AGES, place=PLACES, skip=st.booleans())
    def settle_step(self, job: str, age: int, place: int, skip: bool) -> None:
        fence, step = self.fence(job, age), self.step(job, place)
        model, key = self.jobs[job], f"key-{self.new()}"
        result = {"from": key}
        holds, answer = self.fenced(
            fence,
            attempts.settle_step,
            step,
            key=key,
            files=STEPS[step].makes,
            result=result,
            skipped="nothing to do" if skip else None,
            seconds=1.0,
            now=self.now,
        )
        assert answer == (holds and model.settle(step, key, result, skip, self.now))
        if answer and STEPS[step].shared:
            self.outcomes[model.vod, step] = key

    @rule(job=JOB, age=AGES, place=PLACES, error=FAILURES)
    def fail_step(self, job: str, age: int, place: int, error: ForgeError) -> None:
        step = self.step(job, place)
        holds, answer = self.fenced(self.fence(job, age), attempts.fail_step, step, error, self.now)
        assert answer == (holds and self.jobs[job].fail_step(step, self.now))

    @rule(job=JOB, age=AGES, error=FAILURES)
    def end_attempt(self, job: str, age: int, error: ForgeError) -> None:
        fence = self.fence(job, age)
        holds, answer = self.fenced(fence, leases.end_attempt, error, self.now, 0.5)
        assert answer == holds
        if holds:
            self.jobs[job].end_attempt(error.code, error.permanent, self.now)

    @rule(job=JOB, age=AGES)
    def release(self, job: str, age: int) -> None:
        holds, answer = self.fenced(self.fence(job, age), leases.release, self.now)
        assert answer == holds
        if holds:
            self.jobs[job].release()

    @rule(job=JOB)
    def request_cancel(self, job: str) -> None:
        self.call(jobs.request_cancel, job, self.now)
        self.jobs[job].request_cancel()

    @rule(job=JOB, age=AGES)
    def acknowledge_cancel(self, job: str, age: int) -> None:
        fence = self.fence(job, age)
        if self.holds(fence) and not self.jobs[job].flagged:
            return  # An owner only acknowledges what was asked for.
        holds, answer = self.fenced(fence, leases.acknowledge_cancel, self.now)
        assert answer == holds
        if holds:
            self.jobs[job].acknowledge_cancel()

    @rule(job=JOB)
    def retry_by_user(self, job: str) -> None:
        self.call(jobs.retry, job, self.now)
        vod = self.jobs[job].vod
        others = [other for name, other in self.jobs.items() if name != job]
        self.jobs[job].retry(others, {step for of, step in self.outcomes if of == vod})

    @precondition(lambda self: len(self.choices()) < 15)
    @rule(vod=VOD, kinds=st.lists(KIND, min_size=2, max_size=3))
    def stopped_together(self, vod: str, kinds: list[Any]) -> None:
        """A user stops what waits for one another, and puts the last of it back."""
        first = len(self.jobs)
        for kind in kinds:
            self.enqueue(kind, vod)
        made = list(self.jobs)[first:]
        for job in made:
            self.request_cancel(job)
        self.retry_by_user(made[-1])

    @rule(
        job=JOB,
        times=st.sampled_from((1, 1, 1, 3)),
        done=st.sampled_from((0, 0, 1, 2, 3)),
        patient=st.sampled_from((True, True, False)),
        cancelled=st.sampled_from((False, False, False, True)),
        end=st.sampled_from(("none", "none", "failure", "shutdown", "crash", "silence")),
        error=FAILURES,
    )
    def attempt(
        self,
        job: str,
        times: int,
        done: int,
        patient: bool,
        cancelled: bool,
        end: str,
        error: ForgeError,
    ) -> None:
        """Whole attempts at a job, so that jobs get further than chance would take them.

        A job that has ended is retried first; a completed one makes place for a new one.
        """
        if self.jobs[job].status == "completed":
            self.enqueue("analyze", self.jobs[job].vod)
            job = list(self.jobs)[-1]
        self.retry_by_user(job)
        model = self.jobs[job]
        for _ in range(times):
            if patient:
                self.now = max(self.now, model.run_after)
            self.claim(job)
            left = [place for place, step in enumerate(model.steps.values()) if not step.settled]
            place = left.pop() if left else 0
            self.start_step(job, 0, place)
            if end == "failure":
                self.fail_step(job, 0, place, error)
            for other in left[:done]:
                self.start_step(job, 0, other)
                self.settle_step(job, 0, other, skip=other == 2)
                if not patient:  # It decides on what it saw before the result was there.
                    self.start_step(job, 0, other)
                    self.fail_step(job, 0, other, error)
                    self.settle_step(job, 0, other, skip=False)
            if cancelled:
                self.request_cancel(job)
            match end:
                case "failure":
                    self.end_attempt(job, 0, error)
                case "shutdown":
                    self.release(job, 0)
                case "crash":
                    self.reboot()
                case "silence":
                    self.clock(700.0)
                    self.reclaim()

    @rule(job=JOB)
    def worn_out(self, job: str) -> None:
        """Every attempt fails in passing, until there is none left."""
        self.retry_by_user(job)
        model = self.jobs[job]
        for _ in range(MAX_ATTEMPTS):
            self.now = max(self.now, model.run_after)
            self.claim(job)
            self.end_attempt(job, 0, PASSING)

    @rule(seconds=st.sampled_from((1.0, 29.0, 31.0, 61.0, -90.0)))
    def clock(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def reclaim(self) -> None:
        mine = f"{self.boot}:"
        lost = [
            job
            for job, model in self.jobs.items()
            if model.owner and (not model.owner.startswith(mine) or model.lease < self.now)
        ]
        assert sorted(self.call(leases.reclaim, str(self.boot), self.now)) == sorted(lost)
        for job in lost:
            self.jobs[job].reclaim()
            self.seen[f"reclaimed: {self.jobs[job].status}"] += 1

    @rule()
    def reboot(self) -> None:
        self.boot += 1
        self.reclaim()

    @rule(job=JOB, place=PLACES, error=FAILURES)
    def killed_before_the_commit(self, job: str, place: int, error: ForgeError) -> None:
        fence, step = self.fence(job, 0), self.step(job, place)

        def all_at_once() -> None:
            with transaction(self.db):
                attempts.settle_step(
                    self.db, fence, step, key="k", files=(), result={}, seconds=1.0, now=self.now
                )
                leases.end_attempt(self.db, fence, error, self.now, 0.5)
                jobs.retry(self.db, job, self.now)
                raise Killed

        with suppress(Killed):
            all_at_once()
