"""Where every word of a cue stands.

A word's place never depends on which word is active, so nothing moves while the highlight
travels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from forge.captions.cues import Cue
from forge.captions.drawing import Box, DrawnCue, DrawnWord, Run
from forge.captions.fonts import FontChain, family
from forge.captions.pieces import begins_line, ends_line
from forge.captions.reading_order import visual_order
from forge.captions.safe_area import SafeArea
from forge.captions.styles import Look, Panel
from forge.captions.text import ends_clause, is_right_to_left, mirrored, separator


@dataclass(frozen=True)
class Frame:
    """The picture that captions are set on, in pixels, and what the clip says about them.

    ``middle`` is the height of the captions' middle as a share of the picture's, ``scale``
    multiplies the size of the letters, ``colours`` are by speaker.
    """

    width: int
    height: int
    fps: Fraction
    area: SafeArea
    middle: float
    scale: float = 1.0
    colours: Mapping[str, str] | None = None

    def snapped(self, seconds: float) -> float:
        """The time of the nearest frame: on no other does a picture change."""
        return float(round(Fraction(seconds) * self.fps) / self.fps)


def typeset(cues: Sequence[Cue], look: Look, fonts: FontChain, frame: Frame) -> list[DrawnCue]:
    """Places every cue on the picture; a cue that is shorter than half a frame is left out.

    A cue takes one line if it fits the safe width, else two of nearly equal length, broken
    after a comma when that costs little; if even those are too wide, its letters are smaller.
    The capitals' block is centred on the frame's ``middle``, as far as it stays in the picture.
    """
    placed = (_place(cue, look, fonts, frame) for cue in cues)
    return [cue for cue in placed if cue.start < cue.end]


@dataclass(frozen=True)
class _Measured:
    """A cue's words and their widths; lengths are in em."""

    texts: Sequence[str]
    advances: Sequence[float]
    space: float

    def width(self, first: int, last: int) -> float:
        """The width of words ``[first, last)`` on one line."""
        words = pairwise(self.texts[first:last])
        return sum(self.advances[first:last]) + sum(self.space for a, b in words if separator(a, b))

    def lines(self, room: float) -> list[tuple[int, int]]:
        """All words as one line when that fits, else the two that :func:`typeset` describes."""
        count = len(self.texts)
        if count == 1 or self.width(0, count) <= room:
            return [(0, count)]
        allowed = [
            at
            for at in range(1, count)
            if begins_line(self.texts[at]) and ends_line(self.texts[at - 1])
        ]
        best = min(allowed or range(1, count), key=self._cost)
        return [(0, best), (best, count)]

    def _cost(self, at: int) -> float:
        longer = max(self.width(0, at), self.width(at, len(self.texts)))
        return longer - 0.5 * ends_clause(self.texts[at - 1])


def _place(cue: Cue, look: Look, fonts: FontChain, frame: Frame) -> DrawnCue:
    texts = [word.text.upper() if look.uppercase else word.text for word in cue.words]
    measured = _Measured(texts, [fonts.advance(text) for text in texts], fonts.space)
    size = look.size * frame.area.unit * frame.scale
    safe = frame.area.width * frame.width
    lines = measured.lines(safe / size)
    widest = max(measured.width(first, last) for first, last in lines)
    size = min(size, safe / widest) if widest > 0 else size

    cap, pitch = fonts.main.cap_height * size, look.pitch * size
    block = cap + (len(lines) - 1) * pitch
    edge = look.outline * frame.area.unit
    lowest = frame.height - block - 0.3 * size - edge
    top = max(edge, min(frame.middle * frame.height - block / 2, lowest))
    backwards = is_right_to_left("".join(texts))  # The first letter decides for the whole line.
    words: list[DrawnWord | None] = [None] * len(texts)
    for number, (first, last) in enumerate(lines):
        x = (frame.width - measured.width(first, last) * size) / 2
        # Browsers move a baseline to a whole pixel, libass does not.
        baseline = float(round(top + cap + number * pitch))
        order = visual_order([is_right_to_left(each) for each in texts[first:last]], backwards)
        before = None
        for at in (first + place for place in order):
            if before is not None and separator(texts[min(before, at)], texts[max(before, at)]):
                x += fonts.space * size
            left = float(round(x))
            words[at] = _word(cue, at, texts[at], left, baseline, size, look, fonts, frame)
            x += measured.advances[at] * size
            before = at
    drawn = [word for word in words if word is not None]
    start, end = frame.snapped(cue.start), frame.snapped(cue.end)
    boxes = _boxes(drawn, look, cap, size, start, end) if look.panel is not None else []
    return DrawnCue(
        start=start,
        end=end,
        size=size,
        speaker=next((word.speaker for word in cue.words if word.speaker is not None), None),
        words=drawn,
        boxes=boxes,
    )


def _word(
    cue: Cue,
    at: int,
    text: str,
    x: float,
    baseline: float,
    size: float,
    look: Look,
    fonts: FontChain,
    frame: Frame,
) -> DrawnWord:
    word = cue.words[at]
    end = cue.words[at + 1].start if at + 1 < len(cue.words) else cue.end
    backwards = is_right_to_left(text)
    runs: list[Run] = []
    here = x
    found = fonts.runs(text)
    for letters, file, _ in reversed(found) if backwards else found:
        turned = backwards and is_right_to_left(letters)
        shown = mirrored(letters) if backwards and not turned else letters
        runs.append(Run(text=shown, x=here, family=family(file), backwards=turned))
        here += fonts.face(file).advance(letters) * size
    colour = (frame.colours or {}).get(word.speaker or "", look.colour)
    return DrawnWord(
        index=word.index,
        text=text,
        x=x,
        baseline=baseline,
        width=here - x,
        start=frame.snapped(word.start),
        end=min(frame.snapped(end), frame.snapped(cue.end)),
        colour=colour,
        runs=runs,
    )


def _boxes(
    words: Sequence[DrawnWord], look: Look, cap: float, size: float, start: float, end: float
) -> list[Box]:
    panel = look.panel
    assert panel is not None
    scale = size / look.size
    if look.highlight == "box":
        return [
            _box([word], panel, cap, scale, word.start, word.end)
            for word in words
            if word.start < word.end
        ]
    return [_box(words, panel, cap, scale, start, end)]


def _box(
    words: Sequence[DrawnWord], panel: Panel, cap: float, scale: float, start: float, end: float
) -> Box:
    left = round(min(word.x for word in words) - panel.across * scale)
    right = round(max(word.x + word.width for word in words) + panel.across * scale)
    top = round(min(word.baseline for word in words) - cap - panel.above * scale)
    bottom = round(max(word.baseline for word in words) + panel.below * scale)
    return Box(
        x=left,
        y=top,
        w=right - left,
        h=bottom - top,
        radius=panel.radius * scale,
        colour=panel.colour,
        opacity=panel.opacity,
        start=start,
        end=end,
    )
