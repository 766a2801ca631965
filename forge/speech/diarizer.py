"""pyannote.audio's speaker diarization, built from weights that Python packages ship.

Its own pretrained pipelines need an account and a token. This is the same pipeline with
segmentation-3.0 (MIT) and CAM++ in place of the gated files. Runs in a child process only: it
loads torch. Tied to pyannote.audio 4: it sets what the constructor would have downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pyannote.audio import Inference, Model
from pyannote.audio.core.io import Audio
from pyannote.audio.core.plda import PLDA
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.audio.pipelines.speaker_diarization import SpeakerDiarization
from torch.torch_version import TorchVersion

from forge.speech.audio import SAMPLE_RATE
from forge.speech.campplus import CamPlusPlus
from forge.speech.rows import RowJournal, Rows

#: The segmentation model hears 10 s and goes on by this share of it. Half of pyannote's overlap
#: takes half the time, for the same error on streams (8.1 and 9.0 % of the time) and a little
#: more on pyannote's 30 s sample (7.1 instead of 5.6 %).
STEP = 0.2
#: Chunks in one pass of the segmentation: 16 need 0.3 GB.
BATCH = 16
#: Voices, silent ones too, between two lines of progress: a second or two on two cores.
VOICES = 48
#: Clustering needs memory for the square of this many embeddings (here 100 MB).
MAX_EMBEDDINGS = 5000
#: A stream has fewer voices than this; it bounds the memory of a long recording.
MAX_SPEAKERS = 12
#: ``threshold`` is the cosine distance up to which two voices are one: 0.35 to 0.4 gave the right
#: number of speakers on pyannote's sample and on two made streams; on the streams 0.3 gave one
#: too many, and 0.45 made two voices one. ``min_cluster_size`` is how many embeddings make a voice.
HYPERPARAMETERS = {
    "segmentation": {"min_duration_off": 0.0},
    "clustering": {"method": "average", "threshold": 0.4, "min_cluster_size": 6},
}
_FRAMES, _SPEAKERS = 589, 3


def segmentation(weights: Path) -> Model:
    """pyannote's segmentation-3.0 from its checkpoint, which cannot run code when it is read.

    (``Model.from_pretrained`` unpickles whatever the file holds.)
    """
    with torch.serialization.safe_globals([Specifications, Problem, Resolution, TorchVersion]):
        checkpoint = torch.load(weights, map_location="cpu", weights_only=True)
    model = PyanNet(**checkpoint["hyper_parameters"])
    model.specifications = checkpoint["pyannote.audio"]["specifications"]
    model.build()
    model.load_state_dict(checkpoint["state_dict"])
    model.eval()
    return model


class Segmentation(Inference):
    """The sliding segmentation, over 16-bit samples, remembered batch by batch."""

    journal: RowJournal | None = None

    def infer(self, chunks: torch.Tensor) -> Rows:
        """Speaker activity (batch, 589, 3) of chunks (batch, 1, 160000) of 16-bit samples."""

        def compute() -> Rows:
            activity: Rows = super(Segmentation, self).infer(chunks.float() / 32768.0)
            return activity

        return compute() if self.journal is None else self.journal.batch(len(chunks), compute)


class BoundedClustering(AgglomerativeClustering):
    """Agglomerative clustering whose memory does not grow with the recording.

    Of more than MAX_EMBEDDINGS a sample makes the clusters, and all are then assigned to them.
    The sample is random, because every n-th could be the same speaker of a chunk each time, and
    seeded, because the same recording must give the same turns.
    """

    def filter_embeddings(
        self, embeddings: Rows, **kwargs: Any
    ) -> tuple[Rows, np.ndarray, np.ndarray]:
        chosen, chunks, speakers = super().filter_embeddings(embeddings, **kwargs)
        if len(chosen) <= MAX_EMBEDDINGS:
            return chosen, chunks, speakers
        order = np.random.default_rng(0).permutation(len(chosen))
        some = np.sort(order[:MAX_EMBEDDINGS])
        return chosen[some], chunks[some], speakers[some]


class Diarizer(SpeakerDiarization):
    """The pipeline, ready to work; ``diarize`` gives turns."""

    def __init__(self, segmentation_model: Model, embedding: CamPlusPlus) -> None:
        # The oracle needs no embedding model and an empty PLDA is never asked: so nothing is
        # downloaded. The parts that are really used are put in below.
        super().__init__(
            segmentation=segmentation_model,
            segmentation_step=STEP,
            plda=PLDA.__new__(PLDA),
            clustering="OracleClustering",
            embedding_batch_size=VOICES,
            segmentation_batch_size=BATCH,
        )
        duration = segmentation_model.specifications.duration
        self._segmentation = Segmentation(
            segmentation_model,
            duration=duration,
            step=STEP * duration,
            skip_aggregation=True,
            batch_size=BATCH,
        )
        embedding.overlap = (_SPEAKERS, STEP)
        self._embedding = embedding
        self._audio = Audio(sample_rate=SAMPLE_RATE, mono="downmix")
        self.klustering = "AgglomerativeClustering"
        self.clustering = BoundedClustering(metric=embedding.metric)
        self._expects_num_speakers = False
        self.instantiate(HYPERPARAMETERS)
        self.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))

    def diarize(
        self,
        samples: np.ndarray,
        checkpoint: Path,
        *,
        num_speakers: int | None,
        hook: Callable[..., None],
    ) -> list[tuple[str, float, float]]:
        """(speaker, start, end) of every turn, in seconds; turns may overlap.

        ``samples`` are 16-bit integers at 16 kHz and may be a memory map. Work that lies in the
        folder ``checkpoint`` is not done again. ``hook`` is pyannote's.
        """
        with (
            closing(RowJournal(checkpoint / "segmentation.f32", (_FRAMES, _SPEAKERS))) as activity,
            closing(RowJournal(checkpoint / "embeddings.f32", (CamPlusPlus.dimension,))) as voices,
        ):
            self._segmentation.journal, self._embedding.journal = activity, voices
            output = self.apply(
                {
                    "waveform": torch.from_numpy(samples)[None],
                    "sample_rate": SAMPLE_RATE,
                    "uri": "recording",
                },
                num_speakers=num_speakers,
                max_speakers=None if num_speakers else MAX_SPEAKERS,
                hook=hook,
            )
        tracks = output.speaker_diarization.itertracks(yield_label=True)
        return [(str(label), turn.start, turn.end) for turn, _, label in tracks]
