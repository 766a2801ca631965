"""The hash step: the recording is still the one that was imported."""

from __future__ import annotations

import json
from typing import Any

from forge.errors import ForgeError
from forge.media.source import check_source, fingerprint
from forge.spec import Report, Spec


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``hash.json`` with the recording's fingerprint and size.

    Raises ForgeError when the file has changed since its import: everything that is known of it
    would be about other bytes.
    """
    size = check_source(spec.source)
    found = fingerprint(spec.source)
    if found != spec.params["fingerprint"]:
        raise ForgeError(
            "source_changed",
            "The recording has changed since it was imported.",
            hint="If it was still being recorded, wait until it is finished and import it again.",
        )
    facts = {"fingerprint": found, "size": size}
    (spec.outputs / "hash.json").write_text(json.dumps(facts), "utf-8")
    report(1.0)
    return facts
