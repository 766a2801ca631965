"""What the tests of signals and scoring have in common: a silent report, and a scoring anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from forge.spec import Spec
from forge.steps import scoring


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def rescore(folder: Path, **params: Any) -> dict[str, Any]:
    kept = {"signals.json": folder / "signals.json"}
    spec = Spec("scoring", folder / "vod.mp4", folder, folder, kept, params)
    summary = scoring.run(spec, no_report)
    result: dict[str, Any] = json.loads((folder / "virality.json").read_text("utf-8"))
    assert summary == {"clips": len(result["clips"]), "best": result["clips"][0]["score"]}
    return result
