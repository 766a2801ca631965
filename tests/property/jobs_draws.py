"""What hypothesis draws in the random lives of jobs: which job, owner, step and failure."""

from __future__ import annotations

from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.pipeline import JOBS
from tests.property.jobs_invariants import VODS

JOB = st.runner().flatmap(lambda machine: st.sampled_from(machine.choices()))
VOD = st.sampled_from((*VODS, VODS[0]))
KIND = st.sampled_from(list(JOBS))
#: Newest fence of a job, mostly: 0. Those before it belong to owners that lost it.
AGES = st.sampled_from((0, 0, 0, 1, 2))
#: Which of the job's steps, counted around.
PLACES = st.integers(0, 3)
PASSING = ForgeError("disk_full", "full", permanent=False)
FAILURES = st.sampled_from(
    (
        PASSING,
        ForgeError("child_died", "died", permanent=False),
        ForgeError("no_video", "no picture"),
        ForgeError("upstream_failed", "another failed"),
        ForgeError("upstream_failed", "the same again, to meet it often"),
    )
)
