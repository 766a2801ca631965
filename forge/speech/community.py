"""pyannote's community-1 pipeline, for those who have accepted its terms and have it.

Its weights are gated, so no package ships them. It is taken from the hub's cache on this machine,
or fetched with the user's own token. It hears the whole recording at once: unlike the packaged
pipeline it is not resumable, and an hour needs a quarter of a gigabyte. Runs in a child process
only: it loads torch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from huggingface_hub import get_token, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from numpy.typing import NDArray
from pyannote.audio import Pipeline

from forge.errors import ForgeError
from forge.speech.audio import SAMPLE_RATE

REPOSITORY = "pyannote/speaker-diarization-community-1"


def find() -> Path | None:
    """The folder of the pipeline; None when it is not here and cannot be fetched.

    Fetches only with a token of the user's, so without one no request leaves the machine.
    """
    for offline in (True, False):
        if offline or get_token():
            try:
                return Path(snapshot_download(REPOSITORY, local_files_only=offline))
            except (LocalEntryNotFoundError, HfHubHTTPError, OSError):
                continue
    return None


class Community:
    """The pipeline, ready to work; ``diarize`` gives turns."""

    def __init__(self, folder: Path) -> None:
        """Raises ForgeError ``model_damaged`` for a folder that the pipeline does not load from."""
        try:
            self._pipeline = Pipeline.from_pretrained(folder)
        except Exception as error:  # YAML's, torch's, and whatever a wrong file leads to
            reason = (str(error) or type(error).__name__).splitlines()[0][:200]
            raise ForgeError(
                "model_damaged",
                f"pyannote's community-1 is on this machine but cannot be loaded: {reason}",
                hint=f"Remove {folder} and download it again, or set FORGE_DIARIZATION=pyannote.",
            ) from error
        self._pipeline.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))

    def diarize(
        self,
        samples: NDArray[np.int16],
        checkpoint: Path,
        *,
        num_speakers: int | None,
        hook: Callable[..., None],
    ) -> list[tuple[str, float, float]]:
        """(speaker, start, end) of every turn, in seconds; turns may overlap."""
        waveform = torch.from_numpy(samples.astype(np.float32) / np.float32(32768.0))[None]
        output = self._pipeline(
            {"waveform": waveform, "sample_rate": SAMPLE_RATE, "uri": "recording"},
            num_speakers=num_speakers,
            hook=hook,
        )
        tracks = output.speaker_diarization.itertracks(yield_label=True)
        return [(str(label), turn.start, turn.end) for turn, _, label in tracks]
