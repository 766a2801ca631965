"""The machine of ``jobs_machine`` must find faults: one is put into the store at a time.

Rules of this file: a fault is one small edit of the store's own source or schema, and an edit that
no longer applies is an error; "found" is a failed assertion or a constraint of the schema that
trips. The same lives are tried that the sound store survives in ``test_jobs_model.py``.
"""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from forge import jobs as rules
from forge.store import attempts, jobs, leases, steps
from tests.property.jobs_machine import JobsMachine
from tests.property.test_jobs_model import LIVES

#: The first failure is enough here: nobody reads it, so it is not made small.
HUNT = settings(LIVES, phases=[Phase.generate], print_blob=False, report_multiple_bugs=False)
FOUND = (AssertionError, sqlite3.IntegrityError)

OWNER = "worker_id = ? AND attempt = ?"
#: Takes the two values that the fence shows, and compares them with nothing.
NO_OWNER = "? IS NOT NULL AND ? IS NOT NULL"

EDITS = {
    "the owner's name is not compared": (leases, "HELD", "worker_id = ?", "? IS NOT NULL"),
    "no fence": (leases, "HELD", OWNER, NO_OWNER),
    "no fence and no state guard": (
        leases,
        "HELD",
        f"{OWNER} AND status = 'processing'",
        NO_OWNER,
    ),
    "a claim takes a job that is not pending": (leases, "claim", "AND status = 'pending'", ""),
    "a claim does not count the attempt": (leases, "claim", "attempt + 1", "attempt"),
    "a claim does not wait out the pause": (leases, "claim", "run_after <= ?", "? > 0"),
    "a renewal writes nothing": (leases, "renew", "max(lease_until, ?)", "min(lease_until, ?)"),
    "a step shortens another's lease": (attempts, "_touch", "max(lease_until, ?)", "?"),
    "a step with a result is started again": (attempts, "start_step", "{UNSETTLED}", "1"),
    "a step with a result fails": (attempts, "fail_step", "{UNSETTLED}", "1"),
    "a result is written twice": (attempts, "settle_step", "{UNSETTLED}", "1"),
    "a result is not kept for the recording": (
        attempts,
        "settle_step",
        "if STEPS[step].shared:",
        "if not STEPS[step].shared:",
    ),
    "a job completes with a step that failed": (
        attempts,
        "_complete_if_settled",
        '("completed", "skipped")',
        '("completed", "skipped", "failed")',
    ),
    "a job is tried without end": (rules, "after_failure", "attempt >= max_attempts", "False"),
    "a job that kills the machine is tried without end": (
        rules,
        "after_reclaim",
        "attempt < max_attempts",
        "True",
    ),
    "a reclaim ignores the cancel flag": (
        rules,
        "after_reclaim",
        "if cancel_requested:",
        "if False:",
    ),
    "a failure ignores the cancel flag": (
        leases,
        "end_attempt",
        "and cancel_requested",
        "and False",
    ),
    "a release ignores the cancel flag": (leases, "release", "if cancel_requested:", "if False:"),
    "a release counts the attempt": (leases, "release", "attempt - 1", "attempt"),
    "a reclaim takes live jobs of this boot": (leases, "reclaim", "lease_until < ?", "? > 0"),
    "a reclaim compares the wrong way": (leases, "reclaim", "lease_until <", "lease_until >"),
    "a reclaim never takes an expired lease": (leases, "reclaim", "lease_until < ?", "? < 0"),
    "a reclaim leaves the jobs of another boot": (
        leases,
        "reclaim",
        "substr(worker_id, 1, ?) != ?",
        "(? > 99 OR ? = '')",
    ),
    "a cancel ends a job that is being processed": (
        jobs,
        "request_cancel",
        "AND status = 'pending'",
        "AND status IN ('pending', 'processing')",
    ),
    "a cancel is forgotten": (jobs, "request_cancel", "cancel_requested = 1", "updated_at = 0"),
    "a retry keeps the cancel flag": (jobs, "_put_back", " cancel_requested = 0,", ""),
    "a retry keeps the attempts": (jobs, "_put_back", "attempt = 0, ", ""),
    "a retry takes others along for nothing": (
        jobs,
        "retry",
        'job["status"] not in rules.RETRYABLE',
        'job["status"] == "completed"',
    ),
    "a retry leaves behind what the job needs": (jobs, "retry", "while waiting:", "while False:"),
    "a step that ran stays so when its job is put back": (
        steps,
        "reset_steps",
        "'processing', 'failed', 'cancelled'",
        "'failed', 'cancelled'",
    ),
}

SCHEMA_EDITS = {
    "the events of jobs are lost": "DROP TRIGGER job_changed",
    "the events of steps are lost": "DROP TRIGGER step_changed",
    "the event of a new job is lost": "DROP TRIGGER job_created",
    "an event is written twice": (
        "CREATE TRIGGER again AFTER UPDATE OF status ON job WHEN OLD.status != NEW.status"
        " BEGIN INSERT INTO event (type, subject, at) VALUES ('JOB_CHANGED', NEW.id, 0); END"
    ),
}


def edited(module: Any, name: str, old: str, new: str) -> Any:
    """A constant or function of ``module`` with one edit, in the module's own namespace."""
    original = getattr(module, name)
    text = original if isinstance(original, str) else inspect.getsource(original)
    assert text.count(old) == 1, f"{old!r} is not there just once"
    if isinstance(original, str):
        return text.replace(old, new)
    made: dict[str, Callable[..., Any]] = {}
    source = "from __future__ import annotations\n" + text.replace(old, new)
    exec(compile(source, f"<{name}>", "exec"), vars(module), made)
    return made[name]


@pytest.mark.parametrize("fault", EDITS)
def test_a_fault_in_the_code_is_found(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    module, name, old, new = EDITS[fault]
    monkeypatch.setattr(module, name, edited(module, name, old, new))
    with pytest.raises(FOUND):
        run_state_machine_as_test(JobsMachine, settings=HUNT)


@pytest.mark.parametrize("fault", SCHEMA_EDITS)
def test_a_fault_in_the_schema_is_found(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    sound = JobsMachine.open

    def open_with_fault(self: JobsMachine) -> sqlite3.Connection:
        db = sound(self)
        db.execute(SCHEMA_EDITS[fault])
        return db

    monkeypatch.setattr(JobsMachine, "open", open_with_fault)
    with pytest.raises(FOUND):
        run_state_machine_as_test(JobsMachine, settings=HUNT)
