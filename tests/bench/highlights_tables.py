"""The tables that ``highlights.py`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from highlights_measures import Quality, calibration_error, interval, reliability
from rich.console import Console
from rich.table import Table

BINS = (0, 10, 30, 50, 70, 90, 100.1)


def show(console: Console, title: str, rows: Mapping[str, Sequence[Quality]]) -> None:
    table = Table(title=title)
    columns = (
        "",
        "recall at n",
        "95 %",
        "at 5",
        "at 10",
        "hit at 1",
        "overlap",
        "start, s",
        "end, s",
    )
    for column in columns:
        table.add_column(column, justify="left" if not column else "right")

    def mean(qualities: Sequence[Quality], name: str) -> float:
        return float(np.nanmean([getattr(quality, name) for quality in qualities]))

    for name, qualities in sorted(rows.items(), key=lambda row: -mean(row[1], "recall_at_n")):
        recalls = [q.recall_at_n for q in qualities if not np.isnan(q.recall_at_n)]
        starts = np.abs([error for q in qualities for error in q.start_errors])
        ends = np.abs([error for q in qualities for error in q.end_errors])
        low, high = interval(recalls)
        table.add_row(
            f"[bold]{name}[/]" if name == "fused" else name,
            f"{np.mean(recalls):.2f}",
            f"{low:.2f}–{high:.2f}",
            f"{mean(qualities, 'recall_at_5'):.2f}",
            f"{mean(qualities, 'recall_at_10'):.2f}",
            f"{mean(qualities, 'hit_at_1'):.2f}",
            f"{mean(qualities, 'overlap'):.2f}",
            f"{np.median(starts):.1f}" if starts.size else "–",
            f"{np.median(ends):.1f}" if ends.size else "–",
        )
    console.print(table)
    console.print(
        "Start and end: the median distance of what was found. n: the true number. Overlap: of the"
        " true moment with its clip, what both share by what either has; 0 where there is none."
    )


def show_calibration(console: Console, title: str, fused: Sequence[Quality]) -> None:
    judged = [pair for quality in fused for pair in quality.judged]
    table = Table(title=title)
    for column in ("score", "clips", "mean score", "highlights, %"):
        table.add_column(column, justify="right")
    for low, high, count, said, was in reliability(judged, BINS):
        table.add_row(f"{low:.0f}–{high:.0f}", str(count), f"{said:.0f}", f"{was:.0f}")
    console.print(table)
    error = calibration_error(judged, BINS)
    console.print(f"Expected calibration error: {error:.1f} points over {len(judged)} clips.")


def compare_with_singles(
    console: Console,
    rows: Mapping[str, Sequence[Quality]],
    singles: Sequence[str],
    streams: Sequence[str],
) -> bool:
    """Says in which streams the fusion is worse than one signal alone; whether it is at least as
    good on average as the signal that is best on average.

    The second comparison is with a signal that nobody could choose beforehand: in each stream
    the one that happens to be best there.
    """
    recalls = {
        name: np.array([quality.recall_at_n for quality in rows[name]])
        for name in ("fused", *singles)
    }
    real = ~np.isnan(recalls["fused"])
    recalls = {name: values[real] for name, values in recalls.items()}
    names = [name for name, counts in zip(streams, real, strict=True) if counts]
    best = max(singles, key=lambda name: float(recalls[name].mean()))
    hindsight = np.max([recalls[name] for name in singles], axis=0)
    for title, other in (
        (f"best single signal ({best})", recalls[best]),
        ("each stream's own best signal, known afterwards", hindsight),
    ):
        gains = recalls["fused"] - other
        low, high = interval(gains.tolist())
        console.print(
            f"Fused {recalls['fused'].mean():.3f}, {title} {other.mean():.3f}: gain"
            f" {gains.mean():+.3f} (95 %: {low:+.3f} to {high:+.3f}), better on"
            f" {(gains > 1e-9).sum()}, worse on {(gains < -1e-9).sum()} of {len(gains)} streams."
        )
        worse = [f"{names[i]} by {-gains[i]:.2f}" for i in np.flatnonzero(gains < -1e-9)]
        if worse:
            console.print(f"  Worse on: {', '.join(worse)}.")
    return bool(recalls["fused"].mean() >= recalls[best].mean())
