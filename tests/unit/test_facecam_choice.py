"""What is done with a facecam that was found: nothing, unless it was asked for and is sure.

Rules of this file: artifacts lie in a real library; nothing is looked for in pictures.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from forge.config import Settings
from forge.consequences import with_consequences
from forge.library import Library
from forge.model import AUTO, Rect
from forge.store.results import StepResult

PROBE, SCORED, LOOKED = ("a" * 32, "b" * 32, "c" * 32)
RECT = {"x": 0.7, "y": 0.05, "w": 0.25, "h": 0.3}
MOMENT = {"start": 1.0, "end": 9.0, "title": "t", "score": 50, "reasons": [], "parts": {}}


def keep(library: Library, key: str, name: str, value: Any) -> None:
    staged = library.stage(str(uuid4()), "scoring", 1)
    (staged / name).write_text(json.dumps(value), "utf-8")
    library.commit(staged, key, [name])


def kinds(library: Library, payload: dict[str, Any], *, looked: bool = True) -> list[str]:
    """The zones that new clips get."""
    inputs = {"probe.json": PROBE} | ({"facecam.json": LOOKED} if looked else {})
    done = StepResult(key=SCORED, files=("virality.json",))
    suggested = with_consequences(done, "scoring", library, inputs, payload).suggestions
    assert suggested is not None
    found = [zone["kind"] for zone in suggested.zones]
    assert suggested.layout == ("split" if "facecam" in found else "single")
    if "facecam" in found:
        assert suggested.zones[found.index("facecam")]["rect"] == RECT
    return found


@pytest.mark.parametrize(
    ("report", "taken"),
    [
        ({"rect": RECT, "sure": True}, True),
        ({"rect": RECT, "sure": False}, False),
        ({"rect": None, "sure": False}, False),
    ],
)
def test_it_is_taken_when_that_was_asked_for_and_it_is_sure(
    library: Library, report: dict[str, Any], taken: bool
) -> None:
    keep(library, PROBE, "probe.json", {"video": {"width": 1920, "height": 1080}})
    keep(library, SCORED, "virality.json", {"clips": [MOMENT]})
    keep(library, LOOKED, "facecam.json", report)
    assert ("facecam" in kinds(library, {"facecam": AUTO})) == taken
    assert "facecam" not in kinds(library, {"facecam": None})
    assert "facecam" not in kinds(library, {})
    assert "facecam" not in kinds(library, {"facecam": AUTO}, looked=False)
    assert "facecam" in kinds(library, {"facecam": RECT})
    done = with_consequences(
        StepResult(key=LOOKED, files=("facecam.json",)), "facecam", library, {}, {}
    )
    assert done.result == {"rect": report["rect"], "sure": report["sure"]}


def test_the_option_takes_a_place_or_auto() -> None:
    assert Settings(facecam="auto").facecam_zone() == AUTO
    assert Settings(facecam="0.7,0.05,0.25,0.3").facecam_zone() == Rect(**RECT)
    with pytest.raises(ValidationError, match="or auto"):
        Settings(facecam="automatic")
