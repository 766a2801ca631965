"""A recording's sound, piece by piece: 16 kHz mono for the models, and its loudness over time.

A piece is decoded by itself, from a freshly opened file. So what it contains does not depend on
who decoded the pieces before it, and a kill costs one piece.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter.context import FilterContext
from numpy.typing import NDArray

from forge.errors import ForgeError
from forge.media.container import allow_decoding, open_recording
from forge.media.loudness import HOP, SILENCE, momentary_value
from forge.media.seekable import Seekable

#: What Whisper, pyannote and Silero are trained on.
SAMPLE_RATE = 16_000
#: Values of loudness in a piece: 57.6 s, so that a kill redoes less than a minute.
HOPS = 576
#: Values that are measured before a piece and dropped: the longest window is 3 s (EBU Tech 3341),
#: and the weighting filter has forgotten its start long before.
_SETTLING = 40
#: Seconds of that in which the sound is faded in.
_FADE = 0.5
#: Seconds of sound that are decoded before all that: a decoder needs some packets to start.
_PREROLL = 2.0
#: A gap of the source longer than this many seconds is filled with silence; shorter ones are
#: jitter of container timestamps. Half of ffmpeg's default, so that drift stays inaudible.
_MIN_GAP = 0.05
_PER_HOP = round(HOP * SAMPLE_RATE)

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Heard:
    """One piece: its samples, and what was measured on the source's own channels and rate.

    Value i of ``momentary`` and ``short_term`` (LUFS, windows of 0.4 s and 3 s) belongs to the
    window that ends at (i + 1) * HOP seconds of the piece. ``true_peak`` is in dBTP. A piece is
    shorter than the others where the track ends in it, and empty behind that.
    """

    samples: Samples
    momentary: list[float]
    short_term: list[float]
    true_peak: float

    @property
    def full(self) -> bool:
        return len(self.samples) == piece_samples()


def piece_samples() -> int:
    """How many samples a piece has."""
    return HOPS * _PER_HOP


def pieces(duration: float) -> int:
    """How many pieces a recording of ``duration`` seconds has: at least one."""
    return max(1, math.ceil(duration * SAMPLE_RATE / piece_samples()))


def listen(source: Seekable, index: int, piece: int) -> Heard:
    """Decodes one piece of the audio stream ``index``.

    Everything is placed on the recording's own timeline: a track that starts late is padded with
    silence, and gaps inside it (dropped packets) are filled. Packets that cannot be decoded are
    gaps, too. Raises ForgeError for a codec that is not allowed, and ``av.FFmpegError`` or OSError
    for a file that cannot be opened.

    Where the track's rate or channels change inside a piece (joined files, broadcasts), the piece
    is brought to 48 kHz stereo first, and its loudness is measured on that.
    """
    try:
        return _listen(source, index, piece, steady=False)
    except _FormatChanged:
        return _listen(source, index, piece, steady=True)


class _FormatChanged(Exception):
    """A filter graph takes one kind of frame, and another one has come."""


def _listen(source: Seekable, index: int, piece: int, *, steady: bool) -> Heard:
    warm = _SETTLING if piece else 0
    begin = (piece * HOPS - warm) * HOP
    meter: _Meter | None = None
    with open_recording(source.path) as container:
        stream = container.streams[index]
        if not isinstance(stream, AudioStream):
            raise ForgeError("bad_media", "The recording has changed since it was imported.")
        allow_decoding(stream)
        if piece:
            where = source.start + begin - _PREROLL
            container.seek(max(0, round(where * av.time_base)), backward=True)
        frames = _decoded(container, stream)
        for frame in _steadied(frames) if steady else frames:
            if meter is None:
                meter = _Meter(frame, source.start + begin, cut=piece > 0)
            meter.push(frame)
            if meter.heard >= warm + HOPS:
                break
    if meter is None:
        return Heard(np.zeros(0, np.int16), [], [], SILENCE)
    return meter.result(warm)


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """The frames of a stream, each with a time; damaged ones are left out."""
    expected: int | None = None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except (StopIteration, EOFError):
            return
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if not isinstance(frame, AudioFrame) or frame.time_base is None:
                continue
            if frame.pts is None:
                frame.pts = expected
            if frame.pts is not None:
                length = frame.samples / frame.sample_rate / frame.time_base
                expected = frame.pts + round(length)
                yield frame


def _steadied(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """The same sound in 48 kHz stereo, whatever its frames are."""
    resampler, kind = None, None
    for frame in frames:
        if resampler is None or _kind(frame) != kind:
            if resampler is not None:
                yield from resampler.resample(None)
            resampler, kind = AudioResampler("s16", "stereo", 48_000), _kind(frame)
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


class _Meter:
    """One filter graph: frames in; samples, and a frame for every value of loudness, out.

    Timestamps are repaired before the split, so that both share one timeline, whose 0 is
    ``zero`` seconds of the file's clock: ``async=1`` pads and trims but never stretches. ``cut``
    says that the sound before it was cut off.
    """

    def __init__(self, frame: AudioFrame, zero: float, *, cut: bool) -> None:
        self._kind = _kind(frame)
        self._samples: list[Samples] = []
        self._count = 0
        self._momentary: list[float] = []
        self._short_term: list[float] = []
        self._peak = 0.0
        graph = av.filter.Graph()
        self._source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=frame.time_base,
        )
        split = graph.add("asplit", "2")
        self._wav, self._loudness = graph.add("abuffersink"), graph.add("abuffersink")
        _chain(
            self._source,
            graph.add("asetpts", f"PTS-({zero:.6f})/TB"),
            graph.add("aresample", f"async=1:first_pts=0:min_hard_comp={_MIN_GAP}"),
            split,
            graph.add("aresample", str(SAMPLE_RATE)),
            graph.add("aformat", "sample_fmts=s16:channel_layouts=mono"),
            graph.add("asetnsamples", f"n={SAMPLE_RATE}:p=0"),  # Fewer turns of the loop below.
            self._wav,
        )
        meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
        # A hard start in the middle of sound would overshoot, and be taken for a peak.
        first = graph.add("afade", f"type=in:duration={_FADE}") if cut else meter
        split.link_to(first, 1, 0)
        _chain(*([first, meter] if cut else [meter]), self._loudness)
        graph.configure()
        self._graph = graph

    @property
    def heard(self) -> int:
        """How many values there are both samples and loudness for."""
        return min(self._count // _PER_HOP, len(self._momentary))

    def push(self, frame: AudioFrame | None) -> None:
        """Takes a frame, None for the end. Raises _FormatChanged for another kind of frame."""
        if frame is not None and _kind(frame) != self._kind:
            raise _FormatChanged
        self._source.push(frame)
        for made in _pulled(self._wav):
            self._samples.append(made.to_ndarray()[0])
            self._count += made.samples
        for made in _pulled(self._loudness):
            values: dict[str, Any] = made.metadata
            if "lavfi.r128.M" in values:  # The end of the track gives a frame without values.
                self._momentary.append(momentary_value(values["lavfi.r128.M"]))
                self._short_term.append(momentary_value(values["lavfi.r128.S"]))
                self._peak = max(self._peak, float(values["lavfi.r128.true_peak"]))

    def result(self, warm: int) -> Heard:
        """What was heard after the first ``warm`` values, up to the end of the piece."""
        if self.heard < warm + HOPS:
            self.push(None)
        samples = np.concatenate([*self._samples, np.zeros(0, np.int16)])
        until = warm + HOPS
        return Heard(
            samples[warm * _PER_HOP : until * _PER_HOP],
            self._momentary[warm:until],
            self._short_term[warm:until],
            20 * math.log10(self._peak) if self._peak > 0 else SILENCE,
        )


def _chain(*filters: FilterContext) -> None:
    for one, next_one in pairwise(filters):
        one.link_to(next_one)


def _pulled(sink: FilterContext) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (BlockingIOError, EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame
