"""The best moments of a recording, from the signals that were measured on it."""

from __future__ import annotations

import json
from typing import Any

from forge.scoring.kept import Kept
from forge.scoring.virality import rescore
from forge.spec import Report, Spec


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``virality.json``: ``{signals, highlight, weights, chat_lag, clips}``.

    Needs ``signals.json`` and nothing else, so that new weights cost less than a second.
    ``params["weights"]`` may replace single weights. Raises ForgeError ``bad_weights``.
    """
    kept = Kept.from_json(json.loads(spec.input("signals.json").read_text("utf-8")))
    report(0.5)
    result = rescore(kept, spec.params.get("weights"))
    text = json.dumps(result, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    (spec.outputs / "virality.json").write_text(text, "utf-8")
    report(1.0)
    return {"clips": len(result["clips"]), "best": result["clips"][0]["score"]}
