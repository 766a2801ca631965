"""How wide a word is, from the font file itself.

HarfBuzz shapes the words in libass and in browsers, so it does here: kerning and ligatures
are the same in all three.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from forge.captions.text import is_wide


class _Face:
    """One font file as HarfBuzz sees it."""

    def __init__(self, font: Any) -> None:
        import uharfbuzz

        self.em = int(font["head"].unitsPerEm)
        self.characters = frozenset(font.getBestCmap())
        plain = BytesIO()
        font.flavor = None
        font.save(plain)
        self._shaper = uharfbuzz
        self._font = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))

    def advance(self, text: str) -> float:
        buffer = self._shaper.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        self._shaper.shape(self._font, buffer)
        return sum(int(each.x_advance) for each in buffer.glyph_positions) / self.em


class FontMetrics:
    """The metrics of a font (TrueType, OpenType or WOFF files), in em.

    ``files`` are the main file and others of the same family with further letters.
    ``ascent`` and ``descent`` are OS/2 winAscent and winDescent, both positive: libass scales a
    font so that their sum is the font size, where CSS scales so that the em is.
    ``hhea_ascent`` and ``hhea_descent`` are what a browser centres in the line height.
    ``cap_height`` is the height of a flat capital letter.
    """

    def __init__(self, *files: Path) -> None:
        from fontTools.ttLib import TTFont

        self._faces: list[_Face] = []
        for file in files:
            with TTFont(file) as font:
                if not self._faces:
                    em = int(font["head"].unitsPerEm)
                    self.ascent: float = font["OS/2"].usWinAscent / em
                    self.descent: float = font["OS/2"].usWinDescent / em
                    self.hhea_ascent: float = font["hhea"].ascent / em
                    self.hhea_descent: float = -font["hhea"].descent / em
                    self.cap_height: float = getattr(font["OS/2"], "sCapHeight", 0) / em or 0.7
                self._faces.append(_Face(font))
        self.space = self.advance(" ")

    @property
    def libass_size(self) -> float:
        """The factor from CSS pixels (the em) to the font size of an ASS style."""
        return self.ascent + self.descent

    def advance(self, text: str) -> float:
        """The width of ``text`` on one line, in em.

        The renderer takes characters that no file has from another font, which cannot be known
        here: they count as one em when they are wide or a symbol, else as 0.6 em.
        """
        return sum(
            _foreign("".join(run)) if face is None else face.advance("".join(run))
            for face, run in groupby(text, self._face_of)
        )

    def _face_of(self, character: str) -> _Face | None:
        return next((face for face in self._faces if ord(character) in face.characters), None)


def _foreign(text: str) -> float:
    width = 0.0
    for character in text:
        category = unicodedata.category(character)
        if category not in ("Mn", "Me", "Cf"):
            width += 1.0 if is_wide(character) or category == "So" else 0.6
    return width


@lru_cache(maxsize=8)
def font_metrics(files: tuple[Path, ...]) -> FontMetrics:
    """The metrics of a style's font files, read once per process."""
    return FontMetrics(*files)
