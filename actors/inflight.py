"""What is in flight: the jobs that a supervisor owns, and the steps that run for them.

This is what it knows beyond the rows. It owns no task and waits for nothing, so nothing comes
between a look and what follows from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from actors.assignment import Ended, Stop
from forge.errors import ForgeError
from forge.pipeline import STEPS, Resource


@dataclass
class Held:
    """One job under one claim.

    ``ended`` are steps that ended under this claim: a board that was read a moment ago may still
    show them as ready. ``failures`` says why some of them failed, in the order they did.
    """

    running: dict[str, Stop] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    failures: dict[str, ForgeError] = field(default_factory=dict)

    def decisive_failure(self) -> ForgeError:
        """What ends the attempt: a failure that trying again cannot mend, else the first one."""
        unknown = ForgeError(
            "unknown", "A step failed.", hint="FORGE's log says more.", permanent=False
        )
        return min(self.failures.values(), key=lambda error: not error.permanent, default=unknown)


class InFlight:
    """The held jobs by id, and which kinds of steps may start beside what runs."""

    def __init__(self, resources: Mapping[Resource, int]) -> None:
        """``resources`` are how many steps of each class run at once."""
        self._resources = resources
        self._held: dict[str, Held] = {}

    @property
    def job_ids(self) -> frozenset[str]:
        """The held jobs: nobody may take them back, whatever their leases say."""
        return frozenset(self._held)

    def get(self, job_id: str) -> Held | None:
        """What is known of a job; None when it is not held."""
        return self._held.get(job_id)

    def hold(self, job_id: str) -> Held:
        """The job's entry, a new one when it is not held yet."""
        return self._held.setdefault(job_id, Held())

    def drop(self, job_id: str) -> None:
        """Forgets a job of which nothing runs; so does :meth:`keep` for those that are over."""
        self._held.pop(job_id, None)

    def keep(self, owned: Collection[str]) -> None:
        """Forgets the jobs that are not ``owned`` any more, but for those of which a step runs."""
        over = [job_id for job_id, held in self._held.items() if not held.running]
        for job_id in set(over) - set(owned):
            del self._held[job_id]

    def is_free(self, step: str) -> bool:
        """Whether a step of this kind may start: one of a kind, and so many of a class."""
        running = [name for held in self._held.values() for name in held.running]
        used = Counter(STEPS[name].resource for name in running)
        resource = STEPS[step].resource
        return step not in running and used[resource] < self._resources[resource]

    def start(self, job_id: str, step: str) -> Stop:
        """Counts a step as running until :meth:`end`; how it is told to stop."""
        stop = self.hold(job_id).running[step] = Stop()
        return stop

    def end(self, job_id: str, step: str, stop: Stop, ended: Ended) -> bool:
        """Takes in how a step ended; False when it ran under a claim that is gone.

        A step that lost the lease takes the job's others along.
        """
        held = self._held.get(job_id)
        if held is None or held.running.get(step) is not stop:
            return False
        del held.running[step]
        held.ended.add(step)
        if ended.error is not None:
            held.failures[step] = ended.error
        elif ended.how == "lost":
            self.stop(job_id, "the lease was lost")
        return True

    def stop(self, job_id: str, reason: str) -> tuple[str, ...]:
        """Tells a job's running steps to stop; their names."""
        held = self._held.get(job_id)
        running = {} if held is None else held.running
        for stop in running.values():
            stop.set(reason)
        return tuple(running)

    def stop_all(self, reason: str) -> None:
        """Tells every running step to stop. They count as running until they have."""
        for job_id in self._held:
            self.stop(job_id, reason)

    def abandon(self, reason: str) -> None:
        """Tells every running step to stop, and forgets all of them."""
        self.stop_all(reason)
        self._held.clear()
