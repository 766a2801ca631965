"""Which of several sound tracks is the recording's: pure, from what the container says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Track:
    """A sound track: ``index`` is its stream's, ``default`` and ``aside`` are marks it carries.

    ``aside`` is for tracks that are not the recording's own sound: a commentary, or a description
    for people who don't see or hear well.
    """

    index: int
    channels: int
    default: bool = False
    aside: bool = False


def choose(tracks: Sequence[Track]) -> tuple[Track, str] | None:
    """The track to work with, and why, in words; None when there is none.

    Recorders put the mix of everything first and the microphone, the game and the music behind
    it, so the first one wins among equals. Before that count: not being an aside, the container's
    default mark when it tells tracks apart, and having sound at all.
    """
    if not tracks:
        return None
    if len(tracks) == 1:
        return tracks[0], "the only track"
    able = [track for track in tracks if track.channels > 0] or list(tracks)
    own = [track for track in able if not track.aside] or able
    marked = [track for track in own if track.default]
    if marked and len(marked) < len(own):
        return marked[0], "marked as the default track"
    return own[0], "the first track, where recorders put the mix of all"
