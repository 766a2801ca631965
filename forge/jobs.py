"""The job state machine, leases and retry, as arithmetic on times that are passed in.

The diagram of ``docs/jobs.md`` is drawn from :data:`TRANSITIONS`; the schema enforces the same
table with a trigger, and tests hold the three together.
"""

from __future__ import annotations

from typing import get_args

from forge.model import JobStatus

STATUSES: tuple[JobStatus, ...] = get_args(JobStatus)

#: (from, to) -> the events that may cause it.
TRANSITIONS: dict[tuple[JobStatus, JobStatus], str] = {
    ("pending", "processing"): "claim (attempt+1, lease)",
    ("pending", "cancelled"): "cancel",
    ("processing", "completed"): "finish [fence]",
    ("processing", "pending"): "retry [fence] / reclaim / interrupted (attempt given back)",
    ("processing", "failed"): "error [fence] / reclaim at the last attempt",
    ("processing", "cancelled"): "cancel acknowledged [fence] / reclaim with the cancel flag",
    ("failed", "pending"): "retry by the user",
    ("cancelled", "pending"): "retry by the user",
}

ACTIVE: frozenset[JobStatus] = frozenset({"pending", "processing"})
#: What a user may put back.
RETRYABLE: frozenset[JobStatus] = frozenset({"failed", "cancelled"})

#: A lease that was not renewed for this many seconds has lost its job. Progress renews it.
#: While a step runs, its lease lasts longer than the step may be silent: the step's stall limit
#: kills a hung child first.
LEASE_SECONDS = 60.0
#: How often progress is written to the database at most, in seconds, per step.
RENEW_SECONDS = 2.0
#: Claims of one job before it fails, so that a job that kills the machine ends too.
MAX_ATTEMPTS = 3

_BACKOFF_FIRST = 10.0
_BACKOFF_MOST = 900.0
_SPREAD = 0.2
#: No pause between two attempts is longer, in seconds.
LONGEST_PAUSE = _BACKOFF_MOST * (1.0 + _SPREAD)


def may_become(before: JobStatus, after: JobStatus) -> bool:
    """Whether a job may go from ``before`` to ``after``."""
    return (before, after) in TRANSITIONS


def lease_until(now: float, stall_after: float = 0.0) -> float:
    """The end of a lease taken or renewed at ``now``, for a step that may stay silent so long."""
    return now + LEASE_SECONDS + stall_after


def backoff(attempt: int, jitter: float) -> float:
    """Seconds to wait after the ``attempt``-th failure: 10 s, 40 s, 160 s … at most 15 min.

    ``jitter`` in 0..1 spreads the wait by ±20 %, so that jobs that failed together do not come
    back together.
    """
    wait = min(_BACKOFF_MOST, _BACKOFF_FIRST * 4.0 ** (max(attempt, 1) - 1))
    return wait * (1.0 - _SPREAD + 2.0 * _SPREAD * jitter)


def after_failure(attempt: int, permanent: bool, max_attempts: int = MAX_ATTEMPTS) -> JobStatus:
    """What a job becomes when one of its steps failed: another try, or the end."""
    return "failed" if permanent or attempt >= max_attempts else "pending"


def after_reclaim(attempt: int, cancel_requested: bool, max_attempts: int) -> JobStatus:
    """What a job becomes whose owner is gone."""
    if cancel_requested:
        return "cancelled"
    return "pending" if attempt < max_attempts else "failed"
