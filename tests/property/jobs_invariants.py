"""What must hold after every step of a job's random life, and the database it happens in.

Rules of this file: the database is read with plain SQL, never with the store's own readers, and
compared with the model; what can be said without a model is said without it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from forge.jobs import TRANSITIONS
from forge.pipeline import STEPS
from forge.store import projects
from forge.store.connection import open_database, transaction
from forge.store.leases import Fence
from tests.property.jobs_model import MAX_ATTEMPTS, SETTLED, JobModel

VODS = ("one", "two")


class JobsWatched(RuleBasedStateMachine):
    """A store, its model, and the invariants. ``seen`` counts what the run has met."""

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, JobModel] = {}
        self.fences: dict[str, list[Fence]] = {}
        self.outcomes: dict[tuple[str, str], str] = {}
        self.statuses: dict[str, str] = {}
        self.log: dict[str, list[str]] = {}
        self.step_log: dict[str, Counter[str]] = {}
        self.now, self.boot, self.seq, self.made = 1000.0, 0, 0, 0
        self.db = self.open()
        for vod in VODS:
            projects.add_project(self.db, vod, vod, self.now)
            self.db.execute(
                "INSERT INTO vod (id, project_id, name, path, size, fingerprint, has_chat,"
                " created_at) VALUES (?1, ?1, ?1, ?1, 1, ?1, 0, 0)",
                (vod,),
            )

    def open(self) -> sqlite3.Connection:
        return open_database(Path(":memory:"))

    def teardown(self) -> None:
        self.db.close()

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with transaction(self.db):
            answer = function(self.db, *args, **kwargs)
        for job, status in self.db.execute("SELECT id, status FROM job"):
            before = self.statuses.get(job, "pending")
            self.statuses[job] = status
            if status != before:
                self.seen[f"{before} > {status}"] += 1
                assert (before, status) in TRANSITIONS
        return answer

    def fenced(
        self, fence: Fence, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> tuple[bool, bool]:
        """Whether the fence is the present owner's, and whether the store said so.

        Whoever shows another one is told, and writes nothing.
        """
        holds = self.holds(fence)
        before = self.db.total_changes
        answer = self.call(function, fence, *args, **kwargs)
        if not holds:
            self.seen[f"refused {function.__name__}"] += 1
            assert answer in (None, False), "a stale owner was told that it holds the job"
            assert self.db.total_changes == before, "a stale owner has written"
        return holds, answer is not None and answer is not False

    def holds(self, fence: Fence) -> bool:
        return self.jobs[fence.job_id].holds(fence.worker_id, fence.attempt)

    @invariant()
    def every_job_is_as_the_model_says(self) -> None:
        rows = {row["id"]: row for row in self.db.execute("SELECT * FROM job")}
        assert rows.keys() == self.jobs.keys(), "a job is lost"
        for job, model in self.jobs.items():
            row = rows[job]
            assert row["status"] == model.status
            assert (row["worker_id"], row["attempt"]) == (model.owner, model.attempt)
            assert row["lease_until"] == model.lease
            assert row["run_after"] == model.run_after or model.status != "pending"
            assert bool(row["cancel_requested"]) == model.flagged
            assert (json.loads(row["error"])["code"] if row["error"] else None) == model.error
            self.holds_for_any_job(row)

    def holds_for_any_job(self, row: sqlite3.Row) -> None:
        assert row["attempt"] <= MAX_ATTEMPTS
        assert 0 <= row["progress"] <= 100
        owned = (row["worker_id"] is not None, row["lease_until"] is not None)
        assert owned == (row["status"] == "processing",) * 2
        assert row["status"] != "pending" or not row["cancel_requested"], "nobody will claim it"
        live = [fence for fence in self.fences[row["id"]] if self.holds(fence)]
        assert len(live) == (row["status"] == "processing")

    @invariant()
    def every_result_stays_as_it_was_written(self) -> None:
        settled: dict[str, dict[str, Any]] = {job: {} for job in self.jobs}
        open_steps = set()
        for row in self.db.execute("SELECT * FROM step"):
            job, name = row["job_id"], row["name"]
            step = self.jobs[job].steps[name]
            assert (row["status"], row["attempt"]) == (step.status, step.attempt), name
            assert 0 <= row["progress"] <= 100
            if row["status"] in SETTLED:
                settled[job][name] = json.loads(row["result"])
                assert settled[job][name] == step.result
                assert json.loads(row["artifacts"]) == dict.fromkeys(STEPS[name].makes, step.key)
            else:
                open_steps.add(job)
        for row in self.db.execute("SELECT id, status, progress, result FROM job"):
            assert (row["status"] == "completed") == (row["id"] not in open_steps)
            if row["status"] == "completed":
                assert json.loads(row["result"]) == settled[row["id"]]
                assert row["progress"] == 100
        stored = self.db.execute("SELECT vod_id, step, key FROM outcome")
        assert {(row[0], row[1]): row[2] for row in stored} == self.outcomes

    @invariant()
    def every_change_has_one_event(self) -> None:
        rows = self.db.execute("SELECT * FROM event WHERE seq > ? ORDER BY rowid", (self.seq,))
        for row in rows.fetchall():
            assert row["seq"] > self.seq
            self.seq = row["seq"]
            if row["type"].startswith("JOB_"):
                self.log[row["subject"]].append(row["type"])
            elif row["type"] == "STEP_CHANGED":
                self.step_log[row["subject"]][row["detail"]] += 1
        for job, model in self.jobs.items():
            assert self.log[job] == model.log
            assert self.step_log[job] == model.step_log
