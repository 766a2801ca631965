"""The caption styles, and where captions may be on the screen.

Sizes are CSS pixels (the em) on a picture 1080 pixels wide; other widths scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from forge.errors import ForgeError

#: The font files: WOFF, because a browser and libass can both load the very same file.
FONTS = Path(__file__).parent / "fonts"
#: The width for which the sizes below are meant.
REFERENCE_WIDTH = 1080

#: Captions stay inside this share of the width: the platforms' buttons cover up to 180 of 1080
#: pixels at the right edge, and captions are centred.
SAFE_WIDTH = 0.76
#: The middle of the captions, as a share of the height. The lowest 320 to 460 of 1920 pixels
#: are under the platforms' title and controls.
MIDDLE = 0.69


@dataclass(frozen=True)
class Look:
    """What a style looks like.

    ``family`` is the font's own family name, which is what libass selects by. ``size`` is the
    em, ``outline`` and ``shadow`` are widths, all in pixels; ``pitch`` is the distance of two
    baselines in em. Colours are ``#rrggbb``.
    """

    family: str
    file: str
    size: float
    pitch: float
    outline: float
    shadow: float
    uppercase: bool
    colour: str = "#ffffff"
    active: str = "#ffe135"
    edge: str = "#000000"


class Style(Enum):
    """The styles by the name that a clip stores."""

    BOLD = "bold"
    IMPACT = "impact"

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

    @property
    def font_files(self) -> tuple[Path, ...]:
        """The style's font, its main file first, then files with further letters (``ł``, ``ž``).

        Raises ForgeError when the build has not put the main file in its place.
        """
        path = FONTS / self.look.file
        if not path.is_file():
            raise ForgeError(
                "font_missing",
                f"The caption font {self.look.file} is missing from this installation.",
                hint="Build the studio (it brings the fonts) or install a released package.",
            )
        return path, *sorted(FONTS.glob(f"{path.stem}-*{path.suffix}"))


_LOOKS = {
    Style.BOLD: Look(
        family="Montserrat ExtraBold",
        file="Montserrat-ExtraBold.woff",
        size=94,
        pitch=1.14,
        outline=8,
        shadow=3,
        uppercase=False,
    ),
    Style.IMPACT: Look(
        family="Anton",
        file="Anton-Regular.woff",
        size=120,
        pitch=1.2,
        outline=8,
        shadow=3,
        uppercase=True,
        active="#3dff7c",
    ),
}
