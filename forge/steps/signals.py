"""Everything that tells of a good moment, measured once from what the earlier steps found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from forge import failpoints
from forge.errors import ForgeError
from forge.scoring.chat import MAX_BYTES, parse_chat
from forge.scoring.chat_span import elsewhere
from forge.scoring.evidence import Sound, read_evidence
from forge.scoring.kept import keep
from forge.scoring.music import music_meter
from forge.scoring.sound import Block, count_blocks, join_blocks, measure_block
from forge.spec import Report, Spec
from forge.speech.audio import Recording

#: The part of the work that listening is.
_LISTENING = 0.9


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``signals.json``: raw signals, possible edges, sentences and phrases (see Kept).

    Needs ``probe.json``; uses ``audio.wav``, ``transcript.json``, ``loudness.json``,
    ``scenes.json`` and ``chat.json`` (the chat log as the user gave it, JSON or CSV) when they
    are there. No author of the chat is written down. A kill costs at most 30 s of the source:
    ``checkpoint`` holds the blocks of sound that are finished. Raises ForgeError ``bad_chat`` or
    ``bad_media``.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    if duration <= 0:
        raise ForgeError("bad_media", "The recording has no length.")
    messages = None
    chat = spec.inputs.get("chat.json")
    if chat is not None:
        with chat.open("rb") as log:
            messages = parse_chat(log.read(MAX_BYTES + 1), duration)
    wav = spec.inputs.get("audio.wav")
    evidence = read_evidence(
        duration,
        transcript=_optional(spec, "transcript.json"),
        loudness=_optional(spec, "loudness.json"),
        scenes=_optional(spec, "scenes.json"),
        sound=None if wav is None else _listen(wav, spec.checkpoint, report),
        messages=messages,
    )
    if messages and not evidence.messages:
        raise elsewhere(messages[0].time, messages[-1].time, len(messages), duration)
    analyzer = SentimentIntensityAnalyzer()
    kept = keep(evidence, lambda text: float(analyzer.polarity_scores(text)["compound"]))
    text = json.dumps(kept.as_json(), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    (spec.outputs / "signals.json").write_text(text, "utf-8")
    report(1.0)
    return {"signals": sorted(kept.signals), "chat_lag": kept.lag}


def _listen(wav: Path, checkpoint: Path, report: Report) -> Sound:
    """The sound block by block; blocks that an earlier attempt finished are taken as they are."""
    meter = music_meter()
    blocks = []
    with Recording(wav) as recording:
        total = count_blocks(recording.length)
        for number in range(total):
            file = checkpoint / f"sound-{number}.npz"
            block = _finished(file)
            if block is None:
                block = measure_block(recording.read, number, meter)
                unfinished = file.with_suffix(".part.npz")
                np.savez(unfinished, **block._asdict())
                unfinished.replace(file)
                failpoints.reach("checkpointed", "signals")
                report(_LISTENING * (number + 1) / total)
            blocks.append(block)
    return join_blocks(blocks)


def _finished(file: Path) -> Block | None:
    """A block that was written down, or None; one that a power cut left half is none."""
    try:
        # Opened here: numpy leaves the file open when it is no archive.
        with file.open("rb") as data, np.load(data) as kept:
            return Block(*(kept[name] for name in Block._fields))
    except (OSError, EOFError, KeyError, ValueError, BadZipFile):
        return None


def _optional(spec: Spec, name: str) -> Any:
    path = spec.inputs.get(name)
    return None if path is None else json.loads(path.read_text("utf-8"))
