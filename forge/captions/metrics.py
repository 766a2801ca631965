"""How wide letters are, from the font file itself.

HarfBuzz shapes the words in libass and in browsers, so it does here: kerning and ligatures
are the same in all three.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

#: The size at which libass loads every font, in pixels.
LIBASS_SIZE = 256


class Face:
    """The metrics of one font file (TrueType, OpenType or WOFF), in em.

    ``libass_size`` is the factor from CSS pixels (the em) to the font size of an ASS style, and
    to the distance from the top of a line to its baseline, for the copy that
    :mod:`forge.captions.burning` makes: libass scales a font so that winAscent + winDescent is
    the font size, where CSS scales so that the em is.
    ``cap_height`` is the height of a flat capital letter. ``characters`` are the code points
    that it can draw.
    """

    def __init__(self, file: Path) -> None:
        import uharfbuzz
        from fontTools.ttLib import TTFont

        with TTFont(file, lazy=True) as font:
            self._em = int(font["head"].unitsPerEm)
            self.characters = frozenset(font.getBestCmap())
            self.cap_height: float = getattr(font["OS/2"], "sCapHeight", 0) / self._em or 0.7
            plain = BytesIO()
            font.flavor = None
            font.save(plain)
        self._shaper = uharfbuzz
        self._font = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))

    @property
    def libass_size(self) -> float:
        return LIBASS_SIZE / self._em

    def advance(self, text: str) -> float:
        """The width of ``text`` on one line, in em."""
        buffer = self._shaper.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        self._shaper.shape(self._font, buffer)
        return sum(int(each.x_advance) for each in buffer.glyph_positions) / self._em
