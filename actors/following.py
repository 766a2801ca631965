"""Following jobs to their end in a terminal: a bar for each step, with speed and time left."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

#: What people read instead of the steps' names.
LABELS = {
    "probe": "Reading the recording",
    "hash": "Checking its bytes",
    "audio": "Extracting the sound",
    "proxy": "Making the proxy",
    "transcription": "Transcribing",
    "diarization": "Telling speakers apart",
    "scene_detect": "Finding cuts",
    "facecam": "Looking for a facecam",
    "signals": "Measuring the moments",
    "scoring": "Scoring",
    "render": "Rendering",
}
#: Only jobs that prepare a recording have several steps.
_WHOLE = "The whole analysis"


class _Speed(ProgressColumn):
    """How many seconds of recording are done in one second."""

    def render(self, task: Task) -> Text:
        speed = task.fields.get("speed")
        return Text(f"{speed:5.1f}×" if speed else "      ", style="cyan")


class _Left(ProgressColumn):
    """How long it will still take."""

    def render(self, task: Task) -> Text:
        eta = task.fields.get("eta")
        if eta is None or task.finished:
            return Text("     ")
        return Text(f"{_clock(eta)} left", style="dim")


def _clock(seconds: float) -> str:
    """`` 4:07``, or ``1:02:33`` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:2}:{rest:02}"


@contextmanager
def single_bar(console: Console, text: str) -> Iterator[Callable[..., None]]:
    """A bar for work that is no job's; what is yielded takes its fraction, as steps report it.

    Without a terminal it is the text alone.
    """
    if not console.is_terminal:
        console.print(text)
    bar = Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f}%"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(text, total=1.0)

        def report(fraction: float, *, speed: float | None = None) -> None:
            bar.update(task, completed=fraction)

        yield report


class Bars:
    """Progress bars of several jobs' steps; without a terminal, a line when a step ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._names: dict[str, str] = {}
        #: The last event of each job that is followed; empty before it told anything.
        self._told: dict[str, Mapping[str, Any]] = {}
        self._whole: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f}%"),
            _Speed(),
            _Left(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def name(self, job_id: str, text: str) -> None:
        """What the bars of a job are called, when it is not its steps that tell."""
        self._names[job_id] = text

    def moved(self, event: dict[str, Any]) -> None:
        """Takes a JOB_PROGRESS event."""
        task = self._task(event["id"], event["step"])
        self._progress.update(
            task,
            completed=event["step_progress"],
            speed=event.get("speed"),
            eta=event.get("eta"),
        )
        self._told[event["id"]] = event
        self._show_whole()

    def became(self, job: Mapping[str, Any]) -> None:
        """Takes a job's new state."""
        if job["status"] == "processing" and self._told.get(job["id"]):
            return
        ended = job["status"] not in ("pending", "processing")
        self._told[job["id"]] = {"progress": 100.0, "eta": 0.0} if ended else {}
        self._show_whole()

    def _show_whole(self) -> None:
        """One more bar for all jobs, while more than one step is left, and it is known how long.

        They run beside each other: all is done when the last of them is.
        """
        told = self._told.values()
        totals = [event.get("total_eta") for event in told]
        # Of a job whose last step runs, that one's own time says the same.
        left = [
            event.get("eta") if total is None else total
            for event, total in zip(told, totals, strict=True)
        ]
        known = [each for each in left if each is not None]
        if len(known) < len(left) or all(total is None for total in totals):
            if self._whole is not None:
                self._progress.remove_task(self._whole)
            self._whole = None
            return
        done, most = sum(event["progress"] for event in told) / len(told), max(known)
        if self._whole is None:  # Drawn at once.
            self._whole = self._progress.add_task(_WHOLE, total=100, completed=int(done), eta=most)
        self._progress.update(self._whole, completed=done, eta=most)

    def step(self, job_id: str, step: dict[str, Any]) -> None:
        """Takes a step's new state."""
        if step["status"] in ("pending", "processing"):
            return
        label = self._label(job_id, step["name"])
        if step["status"] == "completed":
            took = "done before" if step["reused"] else f"{step['seconds'] or 0:.1f} s"
            self._console.print(f"[green]✓[/] {label:<24} [dim]{took}[/]", highlight=False)
        elif step["status"] == "skipped":
            self._console.print(f"[yellow]–[/] {label:<24} ", end="", highlight=False)
            self._console.print(f"skipped: {step['reason']}", markup=False, style="dim")
        task = self._tasks.pop((job_id, step["name"]), None)
        if task is not None:
            self._progress.remove_task(task)

    def again(self, error: dict[str, Any]) -> None:
        """Says why a job was put back, which is tried again by itself after a pause."""
        words = f"{escape(error['message'])} [dim]{escape(error['hint'])}[/]"
        self._console.print(f"[yellow]![/] {words}", highlight=False, soft_wrap=True)
        self._console.print("  FORGE tries again by itself in a moment.", style="dim")

    def _task(self, job_id: str, step: str) -> TaskID:
        key = (job_id, step)
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(self._label(job_id, step), total=100)
        return self._tasks[key]

    def _label(self, job_id: str, step: str) -> str:
        return self._names.get(job_id) or LABELS.get(step, step)


async def follow(
    events: AsyncIterator[dict[str, Any]],
    jobs: Iterable[dict[str, Any]],
    bars: Bars,
    fetch: Callable[[str], Awaitable[dict[str, Any]]],
) -> dict[str, dict[str, Any]]:
    """Shows jobs until all have ended; returns their last states by id.

    ``events`` must have begun before ``jobs`` were created, so that nothing falls between.
    ``fetch`` gets a job by its id, for when the server says that events were left out.
    """
    last = {job["id"]: job for job in jobs}
    seen: set[tuple[str, str, int]] = set()
    put_back: set[tuple[str, int]] = set()

    def show(job_id: str, steps: Collection[dict[str, Any]]) -> None:
        for step in steps:
            key = (job_id, step["name"], step["attempt"])
            if step["status"] in ("completed", "skipped", "failed") and key not in seen:
                seen.add(key)
                bars.step(job_id, step)

    for job in last.values():
        show(job["id"], job["steps"])
        bars.became(job)
    while any(job["status"] in ("pending", "processing") for job in last.values()):
        event = await anext(events)
        if event["type"] == "RESYNC":
            for job_id in list(last):
                last[job_id] = await fetch(job_id)
                show(job_id, last[job_id]["steps"])
                bars.became(last[job_id])
        elif event["type"] == "STEP_CHANGED" and event["job_id"] in last:
            show(event["job_id"], [event["step"]])
        elif event["type"] == "JOB_PROGRESS" and event["id"] in last:
            bars.moved(event)
        elif event["type"] == "JOB_CHANGED" and event["job"]["id"] in last:
            job = last[event["job"]["id"]] = event["job"]
            show(job["id"], job["steps"])
            bars.became(job)
            attempt = (job["id"], job["attempt"])
            if job["status"] == "pending" and job["error"] and attempt not in put_back:
                put_back.add(attempt)
                bars.again(job["error"])
    return last
