"""Reading audio.wav in pieces, so that a 12-hour recording needs no more memory than a minute."""

from __future__ import annotations

import mmap
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forge.errors import ForgeError

#: Samples per second of audio.wav, which is what Whisper, Silero and CAM++ were trained on.
SAMPLE_RATE = 16_000

Samples = NDArray[np.float32]


class Recording:
    """audio.wav, open for reading: 16 kHz, one channel, 16 bits.

    Positions are sample numbers, and sample 0 is the start of the source. Raises ForgeError
    ``bad_audio`` for any other kind of WAV file.
    """

    def __init__(self, path: Path) -> None:
        self._mapping: mmap.mmap | None = None
        self._file = path.open("rb")
        try:
            self._wave = wave.open(self._file, "rb")  # noqa: SIM115 - closed by __exit__
        except (wave.Error, EOFError) as error:
            self._file.close()
            raise _bad(str(error) or "it ends too early") from None
        shape = (
            self._wave.getframerate(),
            self._wave.getnchannels(),
            8 * self._wave.getsampwidth(),
        )
        if shape != (SAMPLE_RATE, 1, 16):
            self._file.close()
            raise _bad("{} Hz, {} channels, {} bits".format(*shape))
        #: The length in samples.
        self.length = self._wave.getnframes()

    @property
    def duration(self) -> float:
        """The length in seconds."""
        return self.length / SAMPLE_RATE

    def read(self, start: int, end: int) -> Samples:
        """Samples ``start`` up to ``end`` as float32 from -1 to 1; less at the end of the file."""
        start = min(max(start, 0), self.length)
        self._wave.setpos(start)
        data = self._wave.readframes(max(min(end, self.length) - start, 0))
        return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0

    def mapped(self) -> NDArray[np.int16]:
        """All samples as 16-bit integers, on disk and not in memory until they are touched.

        The array is copy-on-write: writing to it changes no file. It needs at least one sample,
        and it outlives the recording.
        """
        self._wave.setpos(0)
        self._wave.readframes(1)
        offset = self._file.tell() - 2
        self._mapping = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_COPY)
        return np.frombuffer(self._mapping, "<i2", self.length, offset)

    def forget(self) -> None:
        """Gives back the memory of what was touched in :meth:`mapped`; it is read again if needed.

        What was written to the array is lost. A mapped file counts as the memory of whoever
        reads it: four hours of sound are 440 MiB. Windows has no such call; there it does nothing.
        """
        if self._mapping is not None and hasattr(self._mapping, "madvise"):
            self._mapping.madvise(mmap.MADV_DONTNEED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._wave.close()
        self._file.close()


def _bad(what: str) -> ForgeError:
    return ForgeError(
        "bad_audio",
        f"The extracted sound is not 16 kHz mono 16-bit WAV: {what}.",
        hint="Retry the import, which extracts the sound again.",
    )
