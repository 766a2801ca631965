"""The caption styles.

Lengths are CSS pixels on a picture of 1080×1920; other pictures scale them
(:func:`forge.captions.safe_area.safe_area`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from forge.captions.drawing import Highlight
from forge.captions.fonts import style_files
from forge.errors import ForgeError


@dataclass(frozen=True)
class Panel:
    """The box behind letters: how far it reaches beyond them, and how round it is."""

    colour: str
    opacity: float
    across: float
    above: float
    below: float
    radius: float


@dataclass(frozen=True)
class Look:
    """What a style looks like.

    ``size`` is the em, ``outline`` and ``shadow`` are widths; ``pitch`` is the distance of two
    baselines in em. ``panel`` lies behind every line, or with the highlight ``box`` behind the
    active word alone. Colours are ``#rrggbb``.
    """

    title: str
    file: str
    size: float
    pitch: float
    outline: float
    shadow: float
    uppercase: bool = False
    highlight: Highlight = "colour"
    panel: Panel | None = None
    colour: str = "#ffffff"
    active: str = "#ffe135"
    edge: str = "#000000"
    shade: str = "#000000"


class Style(Enum):
    """The styles by the name that a clip stores."""

    BOLD = "bold"
    IMPACT = "impact"
    KARAOKE = "karaoke"
    MARKER = "marker"
    BOX = "box"
    MINIMAL = "minimal"
    COMIC = "comic"

    @classmethod
    def named(cls, name: str) -> Style:
        """The style of that name. Raises ForgeError for any other name."""
        try:
            return cls(name)
        except ValueError:
            known = ", ".join(style.value for style in cls)
            raise ForgeError(
                "unknown_style",
                f"There is no caption style called {name!r}.",
                hint=f"Choose one of: {known}.",
            ) from None

    @property
    def look(self) -> Look:
        return _LOOKS[self]

    def font_files(self, text: str = "") -> tuple[Path, ...]:
        """The fonts to look for the letters of ``text`` in, in order.

        The style's own main file, its files with further letters (``ł``, ``ž``), then the fonts
        of other scripts. Raises ForgeError when the build has not put the main file in place.
        """
        return style_files(self.look.file, text)


_LOOKS = {
    Style.BOLD: Look(
        title="Bold",
        file="Montserrat-ExtraBold.woff",
        size=94,
        pitch=1.14,
        outline=8,
        shadow=3,
    ),
    Style.IMPACT: Look(
        title="Impact",
        file="Anton-Regular.woff",
        size=120,
        pitch=1.2,
        outline=8,
        shadow=3,
        uppercase=True,
        active="#3dff7c",
    ),
    Style.KARAOKE: Look(
        title="Karaoke",
        file="Nunito-Black.woff",
        size=98,
        pitch=1.14,
        outline=7,
        shadow=0,
        highlight="sweep",
        colour="#ffffff",
        active="#ff4fa3",
        edge="#1c0b2e",
    ),
    Style.MARKER: Look(
        title="Marker",
        file="Rubik-ExtraBold.woff",
        size=88,
        pitch=1.34,
        outline=5,
        shadow=0,
        highlight="box",
        panel=Panel("#7a3cff", 1.0, across=16, above=20, below=22, radius=16),
        active="#ffffff",
        edge="#12091f",
    ),
    Style.BOX: Look(
        title="Box",
        file="Poppins-SemiBold.woff",
        size=74,
        pitch=1.5,
        outline=0,
        shadow=0,
        panel=Panel("#101014", 0.78, across=26, above=26, below=30, radius=18),
        active="#ffc94a",
    ),
    Style.MINIMAL: Look(
        title="Minimal",
        file="Inter-SemiBold.woff",
        size=64,
        pitch=1.24,
        outline=3,
        shadow=2,
        highlight="none",
        edge="#1a1a1a",
        shade="#000000",
        active="#ffffff",
    ),
    Style.COMIC: Look(
        title="Comic",
        file="Bangers-Regular.woff",
        size=118,
        pitch=1.12,
        outline=9,
        shadow=6,
        uppercase=True,
        active="#ffd400",
        edge="#111111",
        shade="#e0342b",
    ),
}
