"""Where the facecam is, for the editor to suggest.

Nothing is changed by what is found here. A person takes it in the studio, or asks for it with
``--facecam auto``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import av

from forge.layout.facecam import find_facecam
from forge.media.sampling import sample_pairs
from forge.spec import Report, Spec

#: Pairs of pictures that are looked at, spread over the recording.
PAIRS = 60
#: The part of the work that reading them is.
_READING = 0.7


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``facecam.json``: ``{rect, confidence, sure, why, pairs}``.

    ``rect`` is ``{x, y, w, h}`` in fractions of the picture, or null when none was found;
    ``why`` has what speaks for it, ``pairs`` says how many pairs of pictures were looked at. A
    proxy that cannot be read holds none: a suggestion is not worth a job. There is no checkpoint,
    because all of it takes a second or two.
    """

    def reading(fraction: float, *, speed: float | None = None) -> None:
        report(_READING * fraction, speed=speed)

    try:
        pairs = sample_pairs(spec.input("proxy.mp4"), PAIRS, reading)
    except av.FFmpegError:
        pairs = []
    found = find_facecam(pairs)
    result: dict[str, Any] = {"rect": None, "confidence": 0.0, "sure": False, "why": {}}
    if found is not None:
        why = {"borders": found.borders, **asdict(found.inside)}
        rect = found.rect.model_dump()
        result = {"rect": rect, "confidence": found.confidence, "sure": found.sure, "why": why}
    text = json.dumps({**result, "pairs": len(pairs)}, allow_nan=False)
    (spec.outputs / "facecam.json").write_text(text, "utf-8")
    report(1.0)
    return {"rect": result["rect"], "sure": result["sure"]}
