"""Cues as an ASS script for libass.

Every word is its own line of the script, once for each of its states (waiting, active, said),
at a fixed place: libass shapes words apart, so a change of colour cannot move a letter, and
the karaoke tag, whose first syllable starts late, is not needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forge.captions.metrics import FontMetrics
from forge.captions.styles import REFERENCE_WIDTH, Look
from forge.captions.typeset import PlacedCue, PlacedWord

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)


def script(
    cues: Sequence[PlacedCue], look: Look, metrics: FontMetrics, width: int, height: int
) -> str:
    """The script that draws ``cues`` on a picture of ``width`` × ``height`` pixels.

    Words must be clean (:func:`forge.captions.text.clean`): text is written as it is. Times are
    rounded to centiseconds, all ASS has; a state shorter than half of one is not drawn.
    """
    scale = width / REFERENCE_WIDTH
    size = look.size * scale * metrics.libass_size
    colours = ",".join(_colour(each) for each in (look.colour, look.active, look.edge, look.edge))
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "ScaledBorderAndShadow: yes",
        "WrapStyle: 2",
        "Kerning: yes",
        # Colours are meant as RGB; libass must not bend them for old SD matrices.
        "YCbCr Matrix: None",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
        f"Style: caption,{look.family},{size:.3f},{colours},0,0,0,0,100,100,0,0,1,"
        f"{look.outline * scale:.2f},{look.shadow * scale:.2f},7,0,0,0,1",
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    events = [event for cue in cues for event in _cue_events(cue, look, metrics)]
    return "\n".join([*head, *events, ""])


def _cue_events(cue: PlacedCue, look: Look, metrics: FontMetrics) -> Iterable[str]:
    start, end = _centiseconds(cue.start), _centiseconds(cue.end)
    for word in cue.words:
        first, last = _centiseconds(word.start), _centiseconds(word.end)
        states = ((start, first, look.colour), (first, last, look.active), (last, end, look.colour))
        for begin, finish, colour in states:
            if begin < finish:
                yield _event(begin, finish, word, colour, cue.size, metrics)


def _event(
    begin: int, finish: int, word: PlacedWord, colour: str, size: float, metrics: FontMetrics
) -> str:
    # libass puts the top of a line winAscent above its baseline.
    top = word.baseline - metrics.ascent * size
    tags = rf"{{\pos({word.x:.2f},{top:.2f})\fs{size * metrics.libass_size:.3f}"
    tags += rf"\1c{_colour(colour)}&}}"
    return f"Dialogue: 0,{_clock(begin)},{_clock(finish)},caption,,0,0,0,,{tags}{word.text}"


def _centiseconds(seconds: float) -> int:
    return max(0, round(seconds * 100))


def _clock(centiseconds: int) -> str:
    seconds, hundredths = divmod(centiseconds, 100)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}.{hundredths:02}"


def _colour(rgb: str) -> str:
    """``#rrggbb`` as ASS writes it: blue first, opaque."""
    return f"&H00{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}".upper()
