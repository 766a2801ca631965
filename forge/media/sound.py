"""The proxy's sound: AAC in pieces that join without a seam.

A piece is encoded by itself, so that a kill costs one piece. AAC packets overlap their neighbours
by a packet, and the grid of packets counts from the recording's start; so an encoder that starts
a little early gives the same grid, and its first packets are dropped.
"""

from __future__ import annotations

from forge.media.growth import FRAGMENTS

RATE = 48_000
#: Samples in an AAC packet.
PACKET = 1024
#: Packets in a piece, 57.6 s: a kill redoes less than a minute.
PIECE = 2_700
#: Packets that an encoder is given before the first one that is kept: one to overlap with, and
#: some to forget how it started.
_WARM_UP = 8
#: Seconds of sound that are decoded before a piece: a decoder needs some packets to start, and in
#: a file without an index of its sound a seek lands where the picture is.
_PREROLL = 2.0
#: A sound track that starts later than this many seconds is padded with silence.
_LATE = 0.05
_FORM = f"aformat=sample_rates={RATE}:channel_layouts=stereo"


def pieces(duration: float) -> int:
    """How many pieces a recording of ``duration`` seconds has: at least one."""
    return max(1, -int(-duration * RATE // (PIECE * PACKET)))


def starts(piece: int) -> float:
    """When a piece begins, in seconds from the recording's start."""
    return piece * PIECE * PACKET / RATE


def seek(piece: int) -> float | None:
    """The second of the recording from which a piece must be decoded; None for its start."""
    return starts(piece) - _WARM_UP * PACKET / RATE - _PREROLL if piece else None


def sound_args(audio: int, piece: int, *, last: bool, late: float) -> list[str]:
    """What follows the input options: one piece, ``sound.part``, in 48 kHz stereo.

    ``late`` is when the track starts, in seconds from the recording's start. Times on the input
    must count from there, too (:meth:`Seekable.input`).
    """
    start = piece * PIECE * PACKET
    end = start + PIECE * PACKET
    # Padding from 0 would come again whenever the track's rate or channels change.
    pad = ":first_pts=0" if late > _LATE and not piece else ""
    cut = [f"start_pts={start - _WARM_UP * PACKET}"] if piece else []
    cut += [] if last else [f"end_pts={end + _WARM_UP * PACKET}"]
    trim = f",atrim={':'.join(cut)}" if cut else ""
    drop = f"lt(pts,{start})" + ("" if last else f"+gte(pts,{end})")
    return [
        *("-filter_complex", f"[0:{audio}]aresample={RATE}:async=1{pad}{trim},{_FORM}[sound]"),
        *("-map", "[sound]", "-c:a", "aac", "-aac_coder", "fast", "-b:a", "128k"),
        *("-bsf:a", f"noise=drop='{drop}'"),
        *("-map_metadata", "-1", "-map_chapters", "-1", *FRAGMENTS, "sound.part"),
    ]
