"""What ``forge clip`` says at its end: what to know of the words and the facecam, and the clips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape


@dataclass(frozen=True)
class Written:
    """One clip on the disk: a video for each format. ``result`` is the first one's."""

    paths: list[Path]
    start: float
    end: float
    score: float
    reasons: list[str]
    result: dict[str, Any]


def print_notes(jobs: Iterable[dict[str, Any]], console: Console) -> None:
    """What a person should know of the transcript before he believes it."""
    for job in jobs:
        note = (job["result"] or {}).get("transcription", {}).get("note")
        if note:
            console.print(f"[yellow]![/] {escape(note)}", soft_wrap=True)


def print_facecam(jobs: Iterable[dict[str, Any]], console: Console) -> None:
    """Which facecam the clips show, as it was found, or that none was."""
    results = [(job["result"] or {}).get("facecam") or {} for job in jobs]
    found = next((each for each in results if each.get("rect")), None)
    if found is None:
        console.print("[yellow]![/] No facecam was found: the clips show the game alone.")
        console.print("  Draw it in the studio, or say where it is with --facecam.", style="dim")
        return
    place = ",".join(f"{found['rect'][name]:.3f}" for name in ("x", "y", "w", "h"))
    if found["sure"]:
        console.print(f"[green]✓[/] A facecam was found and taken: {place}", highlight=False)
        return
    console.print("[yellow]![/] No facecam was found for sure: the clips show the game alone.")
    console.print(f"  It may be this one: --facecam {place}", style="dim", highlight=False)


def print_written(written: Sequence[Written], console: Console) -> None:
    """What was written and why: the paths, and a few words about each clip."""
    for one in written:
        notes = [f"{one.end - one.start:.1f} s", f"score {one.score:.0f}"]
        if one.result.get("loudness") is not None:
            notes.append(f"{one.result['loudness']:.1f} LUFS")
        notes.append("captions" if one.result.get("captions") else "no captions: no speech in it")
        for path in one.paths:
            console.print(f"[bold]{escape(str(path))}[/]", soft_wrap=True)
        console.print(f"   {' · '.join(notes)}", style="dim")
        if lacking := one.result.get("missing_letters"):
            console.print(
                f"   No caption font has “{lacking}”: boxes stand in their place. Correct the"
                " words in the studio.",
                markup=False,
                style="yellow",
            )
        for reason in one.reasons[:3]:
            console.print(f"   {reason}", markup=False, style="dim")
    if written:
        console.print("To trim, correct or export them again in the browser: forge run")
