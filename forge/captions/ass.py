"""Captions as an ASS script for libass.

Every run of letters is its own line of the script at a fixed place, in layers: boxes, shadows,
edges, letters, and what is filled of them. So a change of colour cannot move a letter, no edge
covers a neighbour's letters, and the karaoke tag, whose first syllable starts late, is not
needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forge.captions.drawing import Box, CaptionLayout, DrawnCue, DrawnWord, Run
from forge.captions.metrics import Face

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_BOX, _SHADOW, _EDGE, _LETTERS, _FILLED = range(5)
#: How far a circle's quarter is drawn out by a Bézier curve's handles.
_ROUND = 0.5523


def script(layout: CaptionLayout, faces: Mapping[str, Face]) -> str:
    """The script that draws ``layout``; ``faces`` are the fonts' metrics by family.

    Words must be clean (:func:`forge.captions.text.clean`): text is written as it is. A state
    that is shown from frame ``n`` on begins half a frame before it, so that the hundredths of a
    second, all that ASS has, cannot miss the frame.
    """
    head = [
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {layout.width}",
        f"PlayResY: {layout.height}",
        "ScaledBorderAndShadow: yes",
        "WrapStyle: 2",
        "Kerning: yes",
        # Colours are meant as RGB; libass must not bend them for old SD matrices.
        "YCbCr Matrix: None",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
        # Encoding -1: a line from right to left is one by its first letter.
        f"Style: caption,{layout.look.family},100,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,"
        "0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,-1",
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]
    pen = _Pen(layout, faces)
    return "\n".join([*head, *(event for cue in layout.cues for event in pen.cue(cue)), ""])


class _Pen:
    """Writes the events of one layout."""

    def __init__(self, layout: CaptionLayout, faces: Mapping[str, Face]) -> None:
        self._look = layout.look
        self._height = layout.height
        self._half = 0.5 / layout.fps
        self._faces = faces

    def cue(self, cue: DrawnCue) -> Iterable[str]:
        for box in cue.boxes:
            yield from self._event(_BOX, box.start, box.end, _rectangle(box))
        for word in cue.words:
            for run in word.runs:
                yield from self._run(cue, word, run)

    def _run(self, cue: DrawnCue, word: DrawnWord, run: Run) -> Iterable[str]:
        look = self._look
        if look.shadow > 0:
            yield from self._letters(
                (_SHADOW, cue.start, cue.end), cue, word, run, look.shade, look.outline, look.shadow
            )
        if look.outline > 0:
            yield from self._letters(
                (_EDGE, cue.start, cue.end), cue, word, run, look.edge, look.outline
            )
        stands_out = look.highlight in ("colour", "box")
        own, active = word.colour, look.active if stands_out else word.colour
        states = [(cue.start, word.start, own), (word.start, word.end, active)]
        states.append((max(word.start, word.end), cue.end, own))
        if active == own:
            states = [(cue.start, cue.end, own)]
        for start, end, colour in states:
            yield from self._letters((_LETTERS, start, end), cue, word, run, colour)
        if look.highlight == "sweep":
            yield from self._letters(
                (_FILLED, word.start, cue.end), cue, word, run, look.active, sweep=True
            )

    def _letters(
        self,
        span: tuple[int, float, float],
        cue: DrawnCue,
        word: DrawnWord,
        run: Run,
        colour: str,
        outline: float = 0.0,
        shift: float = 0.0,
        *,
        sweep: bool = False,
    ) -> Iterable[str]:
        face = self._faces[run.family]
        font_size = cue.size * face.libass_size
        # libass puts the top of a line winAscent above its baseline, here the whole font size.
        top = word.baseline - font_size
        tags = rf"\pos({run.x + shift:.3f},{top + shift:.3f})\fn{run.family}"
        tags += rf"\fs{font_size:.5f}\1c{_colour(colour)}&"
        if outline > 0:
            tags += rf"\bord{outline:.3f}\3c{_colour(colour)}&"
        if sweep:
            tags += self._sweep(word)
        yield from self._event(*span, f"{{{tags}}}{run.text}")

    def _sweep(self, word: DrawnWord) -> str:
        left, right, bottom = round(word.x), round(word.x + word.width), self._height
        whole = rf"\clip({left},0,{right},{bottom})"
        if word.end <= word.start:
            return whole
        at = right if any(run.backwards for run in word.runs) else left
        # Times of a line count from its start, which is half a frame early.
        first = round(self._half * 1000)
        last = first + round((word.end - word.start) * 1000)
        return rf"\clip({at},0,{at},{bottom})\t({first},{last},{whole})"

    def _event(self, layer: int, start: float, end: float, text: str) -> Iterable[str]:
        begin, finish = (_centiseconds(time - self._half) for time in (start, end))
        if begin < finish and start < end:
            yield f"Dialogue: {layer},{_clock(begin)},{_clock(finish)},caption,,0,0,0,,{text}"


def _rectangle(box: Box) -> str:
    """A rectangle with round corners as an ASS drawing, in eighths of a pixel."""
    left, top, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
    radius = min(box.radius, box.w / 2, box.h / 2)
    near = radius * (1 - _ROUND)
    corners = [
        ((right - radius, top), (right - near, top), (right, top + near), (right, top + radius)),
        (
            (right, bottom - radius),
            (right, bottom - near),
            (right - near, bottom),
            (right - radius, bottom),
        ),
        (
            (left + radius, bottom),
            (left + near, bottom),
            (left, bottom - near),
            (left, bottom - radius),
        ),
        ((left, top + radius), (left, top + near), (left + near, top), (left + radius, top)),
    ]
    path = f"m {_point(left + radius, top)}"
    for first, *curve in corners:
        path += f" l {_point(*first)} b {' '.join(_point(*each) for each in curve)}"
    alpha = f"&H{round((1 - box.opacity) * 255):02X}&"
    return rf"{{\pos(0,0)\p4\1c{_colour(box.colour)}&\1a{alpha}}}{path}"


def _point(x: float, y: float) -> str:
    return f"{round(x * 8)} {round(y * 8)}"


def _centiseconds(seconds: float) -> int:
    return max(0, round(seconds * 100))


def _clock(centiseconds: int) -> str:
    seconds, hundredths = divmod(centiseconds, 100)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}.{hundredths:02}"


def _colour(rgb: str) -> str:
    """``#rrggbb`` as ASS writes it: blue first, opaque."""
    return f"&H00{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}".upper()
