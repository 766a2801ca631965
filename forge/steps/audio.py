"""The recording's sound: a 16 kHz mono WAV for the models, and its loudness over time.

The audio is decoded once for both, in pieces (see :mod:`forge.media.listening`). What is finished
lies at the checkpoint, and the files are the same bytes whether there was a kill or not. Sample 0
is the container's first timestamp, so a word's time in the WAV is its time in the picture.
"""

from __future__ import annotations

import json
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import av

from forge import failpoints
from forge.errors import ForgeError, StepSkipped
from forge.journal import Growing
from forge.media import listening
from forge.media.listening import SAMPLE_RATE, Heard
from forge.media.loudness import ABSOLUTE_GATE, HOP, SILENCE, integrated, loudness_range
from forge.media.peaks import write_peaks
from forge.media.seekable import Seekable, seekable_sound
from forge.media.source import check_unchanged
from forge.spec import Report, Spec

_SAMPLES = "samples.raw"
_COPIED_AT_ONCE = 1024 * 1024
#: The header's sizes are 32 bits; whoever reads a longer file goes by the size of the file.
_LARGEST = 0xFFFFFFFF


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``audio.wav`` (s16le), ``loudness.json`` and the waveform (:mod:`forge.media.peaks`).

    ``loudness.json`` is ``{hop, momentary, integrated, range, true_peak}``; value i of
    ``momentary`` (LUFS) is the 400 ms window that ends at (i + 1) * hop seconds. Loudness is
    measured on the source's own channels and rate, before the mix to mono. ``integrated`` is -70
    for silence.

    Raises StepSkipped when the recording has no audio track, ForgeError ``bad_audio`` when it
    has one that gives no samples, ``source_changed`` when it is another recording by now.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    if probe["audio"] is None:
        raise StepSkipped("the recording has no audio track")
    check_unchanged(spec.source, int(probe["size"]))
    source, index = seekable_sound(spec.source.absolute(), probe, spec.checkpoint, report)
    with closing(_Finished(spec.checkpoint)) as finished:
        _listen(source, index, float(probe["duration"]), finished, report)
        samples = finished.write_wav(spec.outputs / "audio.wav")
        if not samples:
            raise ForgeError(
                "bad_audio",
                "The recording's audio track holds no sound that ffmpeg can decode.",
                hint="Play the file in another player; if it is silent there too, record it again.",
            )
        write_peaks(spec.outputs / "audio.wav", SAMPLE_RATE, spec.outputs)
        loudness = finished.loudness()
    text = json.dumps(loudness, allow_nan=False, separators=(",", ":"))
    (spec.outputs / "loudness.json").write_text(text, "utf-8")
    return {
        "duration": round(samples / SAMPLE_RATE, 3),
        "integrated": loudness["integrated"],
    }


def _listen(
    source: Seekable, index: int, duration: float, finished: _Finished, report: Report
) -> None:
    """Decodes the pieces that are not there yet; beyond the announced length, as long as they last.

    The first report says where an earlier attempt has stopped.
    """
    expected = listening.pieces(duration)
    began, origin = time.monotonic(), finished.count
    if origin:
        report(min(origin / expected, 1.0))
    while finished.count < expected or finished.last_full:
        try:
            heard = listening.listen(source, index, finished.count)
        except av.FFmpegError as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise ForgeError(
                "bad_media",
                f"The recording's sound cannot be read: {error}",
                hint="Repair the recording (for example remux it in OBS), then import it again.",
            ) from error
        finished.append(heard)
        failpoints.reach("checkpointed", "audio")
        length = (finished.count - origin) * listening.HOPS * HOP
        speed = length / max(time.monotonic() - began, 1e-3)
        report(min(finished.count / expected, 1.0), speed=speed)


class _Finished:
    """The pieces that are done: their samples in one file, what else is known of them beside it."""

    def __init__(self, folder: Path) -> None:
        self._growing = Growing(folder, "samples.jsonl", (_SAMPLES,))
        self._pieces = self._growing.entries
        self._path = folder / _SAMPLES

    def close(self) -> None:
        """Closes the files; what was appended stays."""
        self._growing.close()

    @property
    def count(self) -> int:
        return len(self._pieces)

    @property
    def last_full(self) -> bool:
        """Whether there may be sound behind the last piece."""
        return int(self._pieces[-1]["samples"]) == listening.piece_samples()

    def append(self, heard: Heard) -> None:
        """Adds a piece, and returns when it is on the disk."""
        self._growing.files[_SAMPLES].write(heard.samples.astype("<i2").tobytes())
        self._growing.commit(
            samples=len(heard.samples),
            momentary=heard.momentary,
            short_term=heard.short_term,
            true_peak=heard.true_peak,
        )

    def write_wav(self, target: Path) -> int:
        """Writes the pieces, each in its place, as a WAV; returns the number of its samples."""
        size = listening.piece_samples()
        ends = [n * size + piece["samples"] for n, piece in enumerate(self._pieces)]
        heard = [end for end, piece in zip(ends, self._pieces, strict=True) if piece["samples"]]
        length = heard[-1] if heard else 0
        with target.open("wb") as wav, self._path.open("rb") as samples:
            wav.write(_header(length))
            for number, piece in enumerate(self._pieces):
                if piece["samples"]:
                    _silence(wav, number * size - (wav.tell() - len(_header(0))) // 2)
                    wav.write(samples.read(2 * piece["samples"]))
        return length

    def loudness(self) -> dict[str, Any]:
        """``loudness.json``: what was measured of the pieces, put together."""
        momentary, short_term = self._values("momentary"), self._values("short_term")
        whole = integrated(momentary)
        return {
            "hop": HOP,
            "momentary": momentary,
            "integrated": ABSOLUTE_GATE if whole is None else round(whole, 1),
            "range": round(loudness_range(short_term), 1),
            "true_peak": round(max(piece["true_peak"] for piece in self._pieces), 1),
        }

    def _values(self, name: str) -> list[float]:
        """The values of all pieces; between the end of one and the next there is silence."""
        values: list[float] = []
        for number, piece in enumerate(self._pieces):
            if piece[name]:
                values += [SILENCE] * (number * listening.HOPS - len(values)) + piece[name]
        return values


def _header(samples: int) -> bytes:
    """The 44 bytes before 16-bit mono samples (RIFF WAVE, PCM)."""
    size = 2 * samples
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", min(36 + size, _LARGEST), b"WAVE"),
        *(b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16),
        *(b"data", min(size, _LARGEST)),
    )


def _silence(wav: BinaryIO, samples: int) -> None:
    for first in range(0, 2 * samples, _COPIED_AT_ONCE):
        wav.write(bytes(min(_COPIED_AT_ONCE, 2 * samples - first)))
