"""HLS playlists over files that still grow, so that a browser plays what exists of a proxy.

The segments are byte ranges of the growing files (RFC 8216): a chunk of picture or a piece of
sound each. A browser asks for the list again until it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIME = "application/vnd.apple.mpegurl"
_SOUND_CODEC = "mp4a.40.2"


@dataclass(frozen=True)
class Segment:
    """A part of a growing file: it ends at byte ``size`` and at ``end`` seconds."""

    size: int
    end: float


def media_playlist(
    name: str, header: int, segments: Sequence[Segment], longest: float, *, ended: bool
) -> str:
    """The list of one file's segments. Its header is the file's first ``header`` bytes.

    ``longest`` is the longest that a segment may ever be, in seconds: it must not change while
    the list grows.
    """
    lines = [
        *("#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{round(longest)}"),
        *("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-INDEPENDENT-SEGMENTS"),
        f'#EXT-X-MAP:URI="{name}",BYTERANGE="{header}@0"',
    ]
    place, time = header, 0.0
    for segment in segments:
        if segment.size <= place:
            continue  # Nothing was to be encoded there.
        lines += [
            f"#EXTINF:{segment.end - time:.6f},",
            f"#EXT-X-BYTERANGE:{segment.size - place}@{place}",
            name,
        ]
        place, time = segment.size, segment.end
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else []), ""])


def master_playlist(picture: str, codec: str, bits: int, sound: str | None) -> str:
    """The list of lists: the picture's, and the sound's when there is one.

    ``codec`` is the picture's (:func:`h264_codec`), ``bits`` its bits a second.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    more = ""
    if sound is not None:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,'
            f'URI="{sound}"'
        )
        codec, more = f"{codec},{_SOUND_CODEC}", ',AUDIO="sound"'
    lines += [f'#EXT-X-STREAM-INF:BANDWIDTH={bits},CODECS="{codec}"{more}', picture, ""]
    return "\n".join(lines)


def h264_codec(header: bytes) -> str:
    """The codec's name for browsers (RFC 6381), from an MP4 header: profile, constraints, level.

    Raises ValueError when there is no H.264 in it.
    """
    place = header.index(b"avcC")
    return f"avc1.{header[place + 5 : place + 8].hex()}"
