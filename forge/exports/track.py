"""The sound of an export: one track for each frame rate, since each has its own grid of cuts."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from forge.durable import fsync_directory, fsync_file
from forge.exports.plan import Plan
from forge.media import mixdown
from forge.media.loudness import Summary, blocks, integrated
from forge.media.mixdown import Mix
from forge.spec import Report, Spec

Tracks = dict[Fraction, Mix]


def tracks(
    spec: Spec, probe: dict[str, Any], plan: Plan, lead: float, scratch: Path, report: Report
) -> Tracks:
    """Makes the tracks that are not at the checkpoint yet; none for a recording without sound.

    ``lead`` says how far before the clip to begin to read (:func:`forge.media.seek.leads`).
    ``report`` only hears that work is done; its fractions mean nothing.
    """
    if probe["audio"] is None:
        return {}
    times = {each.time.fps: each.time for each in plan.formats}
    made = {fps: _finished(spec.checkpoint, place) for place, fps in enumerate(times)}
    if all(made.values()):
        return {fps: mix for fps, mix in made.items() if mix is not None}
    longest = max(times.values(), key=lambda time: time.parts[-1].last / time.fps)
    decoded = scratch / "clip.raw"
    mixdown.decode(spec.source, int(probe["audio"]["index"]), longest, lead, decoded, report)
    heard = _heard(spec)
    for place, (fps, time) in enumerate(times.items()):
        loudness = None if heard is None else integrated(blocks(*heard, time.spans))
        folder = scratch / f"sound{place}"
        folder.mkdir()
        mix = mixdown.mix(
            decoded,
            time,
            plan.spoken,
            loudness=loudness,
            known=heard is not None,
            scratch=folder,
            report=report,
        )
        made[fps] = _keep(mix, spec.checkpoint, place)
    return {fps: mix for fps, mix in made.items() if mix is not None}


def _heard(spec: Spec) -> tuple[Sequence[float], float] | None:
    """The momentary loudness that was kept at ingest, and the seconds between two values."""
    path = spec.inputs.get("loudness.json")
    if path is None:
        return None
    data = json.loads(path.read_text("utf-8"))
    return data["momentary"], float(data["hop"])


def _finished(checkpoint: Path, place: int) -> Mix | None:
    note = checkpoint / f"sound-{place}.json"
    if not note.exists():
        return None
    return Mix(checkpoint / f"sound-{place}.m4a", Summary(**json.loads(note.read_text("utf-8"))))


def _keep(mix: Mix, checkpoint: Path, place: int) -> Mix:
    """Moves a track to the checkpoint: first the sound, then the note that says it is whole."""
    target, note = (checkpoint / f"sound-{place}.{kind}" for kind in ("m4a", "json"))
    fsync_file(mix.path)
    os.replace(mix.path, target)
    part = note.with_suffix(".part")
    part.write_text(json.dumps(asdict(mix.summary)), "utf-8")
    fsync_file(part)
    os.replace(part, note)
    fsync_directory(checkpoint)
    return Mix(target, mix.summary)
