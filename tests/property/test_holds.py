"""Attempts, imports of the same bytes, deletions and sweeps, in any order: what a row refers to
never vanishes from the disk.

Rules of this file: the real library in a temporary folder and the real job table; the things
that attempts and sweeps do one after the other are rules of their own, so that anything can come
in between. Every artifact is old from the start, so only the holds protect it. The last test
takes the holds away and shows that the machine would notice.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from seeding import add_recording

from forge.disk import retention
from forge.disk.eviction import entries, evict, remove
from forge.disk.retention import References
from forge.holds import Holds, Watch
from forge.library import Library
from forge.store import attempts, deletion, jobs, leases, references
from forge.store.connection import open_database
from forge.store.leases import Fence

KEYS = [f"{number:032x}" for number in range(1, 4)]
NOW = 4e9
"""Later than any file of the test, by years."""


@dataclass
class Attempt:
    """A worker at a step: what it has done so far."""

    fence: Fence
    key: str
    uses: ExitStack
    staged: Path | None = None
    filed: bool = False


@dataclass
class Sweep:
    """A janitor half way through: what it has seen so far."""

    watch: Watch
    ends: ExitStack
    known: References | None = None
    left: list[str] = field(default_factory=list)


class ShelfMachine(RuleBasedStateMachine):
    """Two workers' attempts at exports, two sweeps, and a user who deletes."""

    holds_type: type[Holds] = Holds

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="forge-holds-"))
        self.library = Library(self.folder)
        self.library.prepare()
        self.library.holds = self.holds_type()
        self.db: sqlite3.Connection = open_database(Path(":memory:"))
        add_recording(self.db)
        self.made = 0
        self.attempts: list[Attempt] = []
        self.sweeps: list[Sweep] = []
        self.deletions: list[tuple[Sweep, list[str]]] = []

    def teardown(self) -> None:
        self.db.close()
        shutil.rmtree(self.folder)

    @precondition(lambda self: len(self.attempts) < 2)
    @rule(key=st.sampled_from(KEYS))
    def an_attempt_begins(self, key: str) -> None:
        self.made += 1
        job_id = str(UUID(int=self.made))
        jobs.enqueue(
            self.db,
            job_id=job_id,
            project_id="p",
            vod_id="v",
            kind="export",
            payload={},
            now=0.0,
        )
        fence = leases.claim(self.db, job_id, "boot:1", 0.0)
        assert fence is not None
        uses = ExitStack()
        uses.enter_context(self.library.holds.hold(key))
        # Without its key: the row must not be what protects the artifact here.
        assert attempts.start_step(self.db, fence, "render", 0.0)
        self.attempts.append(Attempt(fence, key, uses))

    @precondition(lambda self: any(not one.filed for one in self.attempts))
    @rule(data=st.data())
    def an_attempt_finds_or_makes_the_files(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from([one for one in self.attempts if not one.filed]))
        if attempt.staged is None and self.library.files(attempt.key) is not None:
            attempt.filed = True
        elif attempt.staged is None:
            attempt.staged = self.library.stage(attempt.fence.job_id, "render", 1)
            (attempt.staged / "clip.mp4").write_text(attempt.key)
        else:
            self.library.commit(attempt.staged, attempt.key, ["clip.mp4"])
            attempt.filed = True
        if attempt.filed:  # Years ago: no grace protects it.
            os.utime(self.library.artifact(attempt.key), (0, 0))

    @precondition(lambda self: any(one.filed for one in self.attempts))
    @rule(data=st.data())
    def an_attempt_records_its_result(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from([one for one in self.attempts if one.filed]))
        attempts.settle_step(
            self.db,
            attempt.fence,
            "render",
            key=attempt.key,
            files=["clip.mp4"],
            result={},
            seconds=1.0,
            now=0.0,
        )
        self._leave(attempt)

    @precondition(lambda self: self.attempts)
    @rule(data=st.data())
    def an_attempt_gives_up(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.attempts))
        leases.release(self.db, attempt.fence, 0.0)
        jobs.request_cancel(self.db, attempt.fence.job_id, 0.0)
        self._leave(attempt)

    def _leave(self, attempt: Attempt) -> None:
        if attempt.staged is not None:
            self.library.discard(attempt.staged, attempt.key)
        attempt.uses.close()
        self.attempts.remove(attempt)

    @precondition(lambda self: len(self.sweeps) < 2)
    @rule()
    def a_sweep_begins(self) -> None:
        self.sweeps.append(self._watch())

    @precondition(lambda self: any(sweep.known is None for sweep in self.sweeps))
    @rule()
    def a_sweep_reads_the_references(self) -> None:
        sweep = next(sweep for sweep in self.sweeps if sweep.known is None)
        sweep.known, _ = references.read(self.db)
        found = entries(self.library, "artifacts")
        sweep.left = retention.artifacts_to_drop(found, sweep.known, NOW)

    @precondition(lambda self: any(sweep.known is not None for sweep in self.sweeps))
    @rule()
    def a_sweep_evicts_one_or_ends(self) -> None:
        sweep = next(sweep for sweep in self.sweeps if sweep.known is not None)
        if sweep.left:
            self._evict(sweep.watch, sweep.left.pop())
        else:
            sweep.ends.close()
            self.sweeps.remove(sweep)

    @precondition(lambda self: self._ended_jobs())
    @rule(data=st.data())
    def a_user_deletes_a_job(self, data: st.DataObject) -> None:
        sweep = self._watch()
        freed = deletion.delete_job(self.db, data.draw(st.sampled_from(self._ended_jobs())))
        assert freed is not None
        self.deletions.append((sweep, sorted(freed.keys)))

    @precondition(lambda self: self.deletions)
    @rule()
    def a_deletion_frees_what_only_it_used(self) -> None:
        sweep, keys = self.deletions.pop(0)
        for key in keys:
            self._evict(sweep.watch, key)
        sweep.ends.close()

    def _watch(self) -> Sweep:
        ends = ExitStack()
        return Sweep(ends.enter_context(self.library.holds.watch()), ends)

    def _evict(self, watch: Watch, key: str) -> None:
        trash = evict(self.library, "artifacts", key, watch)
        if trash is not None:
            for _ in remove(trash):
                pass
            assert not trash.exists()

    def _ended_jobs(self) -> list[str]:
        rows = self.db.execute(
            "SELECT id FROM job WHERE status IN ('completed', 'cancelled') ORDER BY rowid"
        )
        return [row["id"] for row in rows]

    @invariant()
    def what_a_row_refers_to_is_there(self) -> None:
        for key in references.results(self.db):
            assert self.library.files(key) == ("clip.mp4",), key
            assert self.library.file(key, "clip.mp4").read_text() == key

    @invariant()
    def what_an_attempt_has_filed_is_there(self) -> None:
        for attempt in self.attempts:
            assert not attempt.filed or self.library.files(attempt.key) is not None


def test_what_is_referred_to_never_vanishes() -> None:
    run_state_machine_as_test(
        ShelfMachine,
        settings=hypothesis_settings(max_examples=40, stateful_step_count=40),
    )


class Shortsighted(Holds):
    """Spares what is held when a sweep begins, but does not see what is held after that."""

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        yield Watch(self, self._held)


class Forgetful(Holds):
    """Sees every new hold, but not those that there are when a sweep begins."""

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        with super().watch() as watch:
            watch._seen.clear()
            yield watch


@pytest.mark.parametrize("broken", [Shortsighted, Forgetful])
def test_the_machine_notices_holds_that_do_not_hold(broken: type[Holds]) -> None:
    class Machine(ShelfMachine):
        holds_type = broken

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Machine,
            settings=hypothesis_settings(
                max_examples=200,
                stateful_step_count=40,
                phases=[Phase.generate],
                report_multiple_bugs=False,
            ),
        )
