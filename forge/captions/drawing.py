"""What is drawn of a clip's captions: the one description that all drawings share.

The burned ASS (:mod:`forge.captions.ass`) and the studio's overlay both draw exactly this, and
decide nothing themselves. Lengths are pixels of the exported picture, from its top left corner;
times are clip seconds on the grid of its frames.
"""

from __future__ import annotations

from typing import Literal

from forge.model import Value

#: How the active word stands out: in another colour, filled from its first letter to its last,
#: on a box of its own, or not at all.
Highlight = Literal["colour", "sweep", "box", "none"]
WarningCode = Literal[
    "gap",
    "line_count",
    "line_length",
    "max_duration",
    "min_duration",
    "missing_letter",
    "overlap",
    "reading_speed",
    "safe_area",
    "small_text",
]


class FontFile(Value):
    """A font that is drawn with: ``family`` means the one file, which is at ``url``."""

    family: str
    file: str
    url: str


class CaptionLook(Value):
    """The style, as far as the drawing needs it.

    Colours are ``#rrggbb``. ``outline`` is how far the edge reaches beyond the letters on each
    side, under them; CSS strokes are centred on the edge and need twice the value. ``shadow``
    is how far the same shape lies to the right and below in ``shade``, under everything; 0 is
    none.
    """

    style: str
    family: str
    file: str
    colour: str
    active: str
    edge: str
    shade: str
    outline: float
    shadow: float
    highlight: Highlight


class Box(Value):
    """A filled rectangle with round corners behind letters, shown in ``[start, end)``."""

    x: float
    y: float
    w: float
    h: float
    radius: float
    colour: str
    opacity: float
    start: float
    end: float


class Run(Value):
    """Letters of one word that come from one font. ``family`` is one of the drawing's fonts.

    ``backwards`` says that they are read from right to left; ``x`` is their left edge in any case.
    """

    text: str
    x: float
    family: str
    backwards: bool


class DrawnWord(Value):
    """A word, or a piece of a long one, at its left edge ``x`` and its ``baseline``.

    It is the active one in ``[start, end)``; ``start == end`` means never. ``index`` is its
    place in ``transcript.json``. ``runs`` are drawn; ``text`` is the same for reading.
    """

    index: int
    text: str
    x: float
    baseline: float
    width: float
    start: float
    end: float
    colour: str
    runs: list[Run]


class DrawnCue(Value):
    """Words that are shown together in ``[start, end)``, with an em of ``size`` pixels."""

    start: float
    end: float
    size: float
    speaker: str | None
    words: list[DrawnWord]
    boxes: list[Box]


class CaptionWarning(Value):
    """Something that viewers may stumble over, ``at`` clip seconds."""

    code: WarningCode
    at: float
    message: str
    hint: str


class ClipWord(Value):
    """A word of the transcript that the clip keeps, as a person corrected it, for editing.

    ``at`` is its start as transcribed, by which an edit names it, and ``said`` is what was
    heard. ``start`` and ``end`` are when it counts as spoken, source seconds. A hidden word has
    an empty ``text``.
    """

    index: int
    at: float
    said: str
    text: str
    start: float
    end: float
    speaker: str | None
    breaks: Literal["before", "never"] | None


class CaptionLayout(Value):
    """All captions of a clip for one output picture, in order of time; cues never overlap.

    When ``enabled`` is false none of it is burned. ``middle`` is the height of the captions'
    middle that is in use, as a share of the picture's. ``speakers`` are the labels of all who
    speak in the recording, in the order in which they begin. They, ``words`` and ``warnings``
    are for editing and draw nothing.
    """

    width: int
    height: int
    fps: float
    enabled: bool
    middle: float
    look: CaptionLook
    fonts: list[FontFile]
    cues: list[DrawnCue]
    speakers: list[str]
    words: list[ClipWord]
    warnings: list[CaptionWarning]
