"""Which pictures of a recording need not be decoded for its proxy.

A recording with 60 pictures a second has twice as many as the proxy. In H.264 and HEVC many of
them are such that no other picture is made from them; when those alone can be left out and enough
remain, a third of the decoding is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from forge.media.container import open_recording
from forge.media.seekable import Seekable

#: So many packets are looked at, in so many places.
_SAMPLE = 300
_PLACES = 5
#: The pictures that remain may be this much further apart than the proxy's, for rounded times.
_SLACK = 1.1
#: This share of them must not be: now and then a picture may stand a little longer.
_ENOUGH = 0.97
#: Decoders leave out the deblocking of such pictures, in any case: nothing is made from them, and
#: at the proxy's size it cannot be seen.
ALWAYS = ("-skip_loop_filter", "noref")
UNNEEDED = ("-skip_frame", "noref", *ALWAYS)
#: From a slice's first bytes: whether no other picture is made from it. H.264: nal_ref_idc is 0
#: (ITU-T H.264, 7.4.1); HEVC: an even type below 16 (ITU-T H.265, table 7-1).
_DISPOSABLE: dict[str, Callable[[bytes], bool]] = {
    "h264": lambda nal: nal[0] & 0x60 == 0,
    "hevc": lambda nal: (nal[0] >> 1) & 63 < 16 and (nal[0] >> 1) % 2 == 0,
}


def decoder_options(source: Seekable, duration: float, rate: Fraction) -> tuple[str, ...]:
    """ffmpeg's input options that leave out what a proxy of ``rate`` pictures does not need.

    Reads a few seconds of packets at five places of the recording and decodes nothing. The
    answer depends on nothing but the file.
    """
    with open_recording(source.path) as container:
        stream = container.streams[source.video]
        if not isinstance(stream, VideoStream) or stream.codec_context.name not in _DISPOSABLE:
            return ALWAYS
        fps = stream.average_rate or stream.guessed_rate or Fraction(0)
        if fps < rate * Fraction(3, 2):
            return ALWAYS
        gaps = [
            gap
            for place in range(_PLACES)
            for gap in _gaps(container, stream, duration * place / _PLACES)
        ]
    near = sum(gap <= _SLACK / rate for gap in gaps)
    return UNNEEDED if gaps and near >= _ENOUGH * len(gaps) else ALWAYS


def _gaps(container: InputContainer, stream: VideoStream, seconds: float) -> Iterator[float]:
    """Seconds between the pictures that remain, from somewhere before ``seconds`` on."""
    container.seek((container.start_time or 0) + int(seconds * 1_000_000), backward=True)
    disposable = disposables(stream)
    times = []
    for number, packet in enumerate(container.demux(stream)):
        if number == _SAMPLE:
            break
        if packet.pts is None or packet.time_base is None:
            continue
        if not disposable(packet):
            times.append(float(packet.pts * packet.time_base))
    # The latest may have gaps that pictures behind the sample fill.
    kept = sorted(times)[:-8]
    return (after - before for before, after in pairwise(kept))


def disposables(stream: VideoStream) -> Callable[[Packet[VideoStream]], bool]:
    """Says of a packet of ``stream`` whether no other picture is made from its own.

    Always False for codecs whose packets do not tell.
    """
    tell = _DISPOSABLE.get(stream.codec_context.name)
    size = _length_size(stream)

    def disposable(packet: Packet[VideoStream]) -> bool:
        if tell is None:
            return False
        head = next((nal for nal in _nals(bytes(packet), size) if _is_slice(nal, stream)), None)
        return head is not None and tell(head)

    return disposable


def _length_size(stream: VideoStream) -> int:
    """How many bytes say a NAL unit's length; 0 when start codes part them.

    ISO/IEC 14496-15, 5.3.3.1 (avcC) and 8.3.3.1 (hvcC).
    """
    extra = stream.codec_context.extradata or b""
    place = 4 if stream.codec_context.name == "h264" else 21
    return (extra[place] & 3) + 1 if len(extra) > place and extra[0] == 1 else 0


def _nals(data: bytes, size: int) -> Iterator[bytes]:
    """The first two bytes of each NAL unit of a packet."""
    place = 0
    while size and place + size + 2 <= len(data):
        length = int.from_bytes(data[place : place + size], "big")
        yield data[place + size : place + size + 2]
        place += size + length


def _is_slice(nal: bytes, stream: VideoStream) -> bool:
    if stream.codec_context.name == "h264":
        return nal[0] & 31 in (1, 2, 5)
    return (nal[0] >> 1) & 63 < 32
