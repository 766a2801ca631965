"""Cues as the studio's overlay draws them: absolute boxes in CSS pixels of the clip's picture.

The same layout as the burned captions. The studio scales the whole overlay to its player, so
every number is for a picture of the clip's own size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forge.captions.cues import clip_words, cues
from forge.captions.metrics import FontMetrics, font_metrics
from forge.captions.styles import REFERENCE_WIDTH, Look, Style
from forge.captions.timeline import Timeline
from forge.captions.typeset import PlacedCue, typeset


def overlay(
    cues: Sequence[PlacedCue], look: Look, metrics: FontMetrics, width: int, height: int
) -> dict[str, Any]:
    """A JSON-able drawing list, times in clip seconds.

    A word's ``x`` is its left edge and ``y`` the top of a box whose ``line-height`` is 1 (the
    em, ``size``): a browser puts the baseline half the leading plus the font's hhea ascent
    below the top, and here the leading is the em minus ascent and descent.
    The outline is as wide as libass draws it outwards; ``-webkit-text-stroke`` is centred on
    the edge and needs twice the value, painted under the fill (``paint-order: stroke``).
    """
    to_baseline = (1 - metrics.hhea_ascent - metrics.hhea_descent) / 2 + metrics.hhea_ascent
    scale = width / REFERENCE_WIDTH
    return {
        "width": width,
        "height": height,
        "font": {"family": look.family, "file": look.file},
        "colour": look.colour,
        "active": look.active,
        "edge": look.edge,
        "outline": look.outline * scale,
        "shadow": look.shadow * scale,
        "cues": [
            {
                "start": cue.start,
                "end": cue.end,
                "size": cue.size,
                "words": [
                    {
                        "text": word.text,
                        "x": word.x,
                        "y": word.baseline - to_baseline * cue.size,
                        "width": word.width,
                        "start": word.start,
                        "end": word.end,
                    }
                    for word in cue.words
                ],
            }
            for cue in cues
        ],
    }


def clip_overlay(
    transcript_words: Iterable[Mapping[str, Any]],
    time: Timeline,
    style: Style,
    width: int,
    height: int,
) -> dict[str, Any]:
    """The overlay of a clip, from the transcript's words (source seconds), as it is burned.

    Reads the style's font files. Raises ForgeError when they are missing.
    """
    metrics = font_metrics(style.font_files)
    words = clip_words(transcript_words, time)
    placed = typeset(cues(words, time.duration), style.look, metrics, width, height)
    return overlay(placed, style.look, metrics, width, height)
