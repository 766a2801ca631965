"""The best moments of a recording, from everything the earlier steps found out."""

from __future__ import annotations

import json
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from forge.errors import ForgeError
from forge.scoring.chat import MAX_BYTES, parse_chat
from forge.scoring.evidence import read_evidence
from forge.scoring.virality import score
from forge.steps.spec import Report, Spec


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``virality.json``: ``{signals, weights, chat_lag, clips}``.

    Needs ``probe.json``; uses ``transcript.json``, ``loudness.json``, ``scenes.json`` and
    ``chat.json`` (the chat log as the user gave it, JSON or CSV) when they are there.
    ``params["weights"]`` may replace single weights. Raises ForgeError ``bad_chat`` or
    ``bad_weights``.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    if duration <= 0:
        raise ForgeError("bad_media", "The recording has no length.")
    messages = None
    chat = spec.inputs.get("chat.json")
    if chat is not None:
        with chat.open("rb") as log:
            messages = parse_chat(log.read(MAX_BYTES + 1))
    evidence = read_evidence(
        duration,
        transcript=_optional(spec, "transcript.json"),
        loudness=_optional(spec, "loudness.json"),
        scenes=_optional(spec, "scenes.json"),
        messages=messages,
    )
    report(0.3)
    analyzer = SentimentIntensityAnalyzer()
    result = score(
        evidence,
        lambda text: float(analyzer.polarity_scores(text)["compound"]),
        spec.params.get("weights"),
    )
    text = json.dumps(result, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    (spec.outputs / "virality.json").write_text(text, "utf-8")
    report(1.0)
    return {"clips": len(result["clips"]), "best": result["clips"][0]["score"]}


def _optional(spec: Spec, name: str) -> Any:
    path = spec.inputs.get(name)
    return None if path is None else json.loads(path.read_text("utf-8"))
