"""What follows from a step's result: the recording's facts, and the clips that are suggested.

The step itself writes files only. What is read off them here goes into the transaction that
records the result, so both are true at once or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from forge.layout.zones import default_zones
from forge.library import Library
from forge.model import AUTO, Rect
from forge.store.results import StepResult, Suggestions


def with_consequences(
    done: StepResult,
    step: str,
    library: Library,
    inputs: Mapping[str, str],
    payload: Mapping[str, Any],
) -> StepResult:
    """``done`` with what is written beside it; a skipped step has no consequences.

    ``inputs`` are the step's, artifact names to keys; ``payload`` is the job's. Raises OSError
    when an artifact of the step can't be read.
    """
    if done.skipped is not None:
        return done
    if step == "probe":
        found = library.read_json(done.key, "probe.json")
        # Where to begin to read matters to who reads; lists read every row.
        probe = {name: value for name, value in found.items() if name != "marks"}
        return replace(done, probe=probe, result={})
    if step == "facecam":
        # What was found, whether it was now or before.
        found = library.read_json(done.key, "facecam.json")
        return replace(done, result={"rect": found["rect"], "sure": found["sure"]})
    if step == "scoring":
        found = library.read_json(done.key, "virality.json")["clips"]
        probe = library.read_json(inputs["probe.json"], "probe.json")
        facecam = _facecam(payload.get("facecam"), library, inputs)
        zones = default_zones(probe["video"]["width"], probe["video"]["height"], facecam)
        suggestions = Suggestions(
            clips=found,
            ids=[str(uuid4()) for _ in found],
            zones=[zone.model_dump() for zone in zones],
            layout="single" if facecam is None else "split",
        )
        return replace(done, suggestions=suggestions, result={"clips": len(found)})
    return done


def _facecam(wanted: Any, library: Library, inputs: Mapping[str, str]) -> Rect | None:
    """Where the facecam is: as the job says, or as it was found if the job says so."""
    if wanted == AUTO:
        key = inputs.get("facecam.json")
        found = None if key is None else library.read_json(key, "facecam.json")
        wanted = found["rect"] if found is not None and found["sure"] else None
    return None if wanted is None else Rect(**wanted)
