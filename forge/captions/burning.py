"""What ffmpeg needs to burn captions: the script, and a folder with its fonts.

The browser calls a font whatever it is told to; libass goes by the names inside the file. So
libass gets the same letters under the name that the script uses for them, and one thing more.

libass loads every font at 256 pixels for winAscent + winDescent, whatever the size of the text,
rounds the letters' widths to whole pixels there, and scales them. A word of twenty letters ends
up to four pixels beside its place. So the copy says that winAscent is 256 units of the font's own
grid: then a pixel of that size is one unit, in which all widths are whole numbers.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from forge.captions import ass
from forge.captions.drawing import CaptionLayout
from forge.captions.fonts import FONTS, font_face
from forge.captions.metrics import LIBASS_SIZE

SCRIPT = "captions.ass"
FONT_FOLDER = "fonts"

#: Name records by which a font is found: family, full name, PostScript name, and the family
#: and style of programs that know more than four styles.
_FAMILY, _FULL, _POSTSCRIPT, _TYPOGRAPHIC = 1, 4, 6, (16, 17)
#: Bit 3 of the flags in the ``head`` table: sizes are whole pixels (OpenType specification).
_WHOLE_PIXELS = 1 << 3


def write_captions(layout: CaptionLayout, folder: Path) -> None:
    """Writes ``captions.ass`` and ``fonts/`` into an existing folder."""
    faces = {font.family: font_face(FONTS / font.file) for font in layout.fonts}
    script = ass.script(layout, faces)
    (folder / SCRIPT).write_text(script, "utf-8", newline="\n")
    (folder / FONT_FOLDER).mkdir()
    for font in layout.fonts:
        copy = _renamed(FONTS / font.file, font.family)
        (folder / FONT_FOLDER / f"{font.family}.ttf").write_bytes(copy)


@lru_cache(maxsize=8)
def _renamed(source: Path, name: str) -> bytes:
    from fontTools.ttLib import TTFont

    with TTFont(source, lazy=True) as font:
        for record in _TYPOGRAPHIC:
            font["name"].removeNames(nameID=record)
        for record in (_FAMILY, _FULL, _POSTSCRIPT):
            font["name"].removeNames(nameID=record)
            font["name"].setName(name, record, 3, 1, 0x409)
        font["head"].flags &= ~_WHOLE_PIXELS
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = LIBASS_SIZE, 0
        font.flavor = None
        copy = BytesIO()
        font.save(copy)
    return copy.getvalue()
