"""The job table against its model.

Rules of this file: the real store on SQLite; hypothesis chooses what happens, the same lives on
every machine (``derandomize``). A run that never meets a transition proves nothing about it, so
that is checked too. What it found once is in ``tests/unit/test_leases.py`` in its shortest form.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from forge.jobs import TRANSITIONS
from forge.store import attempts, leases
from tests.property.jobs_machine import JobsMachine

FENCED = (
    leases.renew,
    attempts.start_step,
    attempts.progress,
    attempts.settle_step,
    attempts.fail_step,
    leases.end_attempt,
    leases.release,
    leases.acknowledge_cancel,
)
LIVES = settings(
    max_examples=300,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_store_does_what_the_model_says(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    monkeypatch.setattr(JobsMachine, "seen", seen)
    run_state_machine_as_test(JobsMachine, settings=LIVES)
    wanted = {f"{before} > {after}" for before, after in TRANSITIONS}
    wanted |= {f"reclaimed: {status}" for status in ("pending", "failed", "cancelled")}
    wanted |= {f"refused {function.__name__}" for function in FENCED}
    assert not wanted - seen.keys()
