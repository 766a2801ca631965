"""The caption fonts: which files there are, and which one has a letter.

A browser and libass load the very same WOFF files. Each is known by a family name of its own,
so that neither of the two looks for a letter anywhere else: a word is cut into runs of letters
of one file (:class:`FontChain`), and every run names its file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from forge.captions.metrics import Face
from forge.captions.text import is_kana
from forge.errors import ForgeError

FONTS = Path(__file__).parent / "fonts"
#: For letters that a style's own files lack, in the order in which they are looked for.
FALLBACKS = (
    "NotoSans.woff",
    "NotoSans-LatinExt.woff",
    "NotoSans-Cyrillic.woff",
    "NotoSans-Greek.woff",
    "NotoSans-Vietnamese.woff",
    "NotoSansArabic-Arabic.woff",
    "NotoSansHebrew-Hebrew.woff",
    "NotoSansThai-Thai.woff",
    "NotoSans-Devanagari.woff",
    "DelaGothicOne-Japanese.woff",
    "NotoSansSC-ChineseSimplified.woff",
    "DoHyeon-Korean.woff",
    "NotoEmoji-Emoji.woff",
)
#: Where no kana is written, Chinese letters come first: half of them the Japanese font lacks, and
#: a sentence must not change its font from letter to letter.
_CHINESE_FIRST = tuple(sorted(FALLBACKS, key=lambda name: "Chinese" not in name))
_JOINERS = "\u200c\u200d"
#: Asks for the coloured or the plain form of a sign: there is only a plain one here.
_SELECTORS = "\ufe0e\ufe0f"
#: libass does not join emoji to one picture, so nobody does: a woman and a laptop stand side by
#: side. What only says whether a man or a woman is meant is left out.
_SEQUENCE = re.compile("(?<=[\u2190-\u2bff\U0001f000-\U0001faff])\u200d[\u2640\u2642]?")


def style_files(main: str, text: str = "") -> tuple[Path, ...]:
    """A style's files: the main one, its further letters, then the other scripts' that exist.

    ``text`` is all that is to be drawn: it decides whether Chinese or Japanese letters are looked
    for first. Raises ForgeError when the main one is missing.
    """
    path = FONTS / main
    if not path.is_file():
        raise ForgeError(
            "font_missing",
            f"The caption font {main} is missing from this installation.",
            hint="Build the studio (it brings the fonts) or install a released package.",
        )
    further = sorted(FONTS.glob(f"{path.stem}-*{path.suffix}"))
    order = FALLBACKS if any(map(is_kana, text)) else _CHINESE_FIRST
    others = [FONTS / name for name in order if (FONTS / name).is_file()]
    return path, *further, *others


def family(file: Path) -> str:
    """The family name by which a drawing asks for exactly this file."""
    return f"forge-{file.stem}"


class FontChain:
    """Font files in the order in which a letter is looked for; the first one is the main font."""

    def __init__(self, *files: Path) -> None:
        self.files = files
        self._faces: dict[Path, Face] = {}
        self.main = self.face(files[0])
        self.space = self.main.advance(" ")

    def face(self, file: Path) -> Face:
        """The metrics of one of the files, read when they are first needed."""
        if file not in self._faces:
            self._faces[file] = font_face(file)
        return self._faces[file]

    def runs(self, text: str) -> list[tuple[str, Path, bool]]:
        """The text cut into (letters, file, whether the file has them all).

        A letter stays with the marks and joiners that follow it. What no file has is left to
        the main font, which draws its sign for a missing letter.
        """
        plain = _SEQUENCE.sub("", "".join(each for each in text if each not in _SELECTORS))
        placed = [(cluster, *self._home(cluster)) for cluster in clusters(plain)]
        return [
            ("".join(cluster for cluster, _, _ in group), file, known)
            for (file, known), group in groupby(placed, key=lambda each: each[1:])
        ]

    def advance(self, text: str) -> float:
        """The width of ``text`` on one line, in em."""
        return sum(self.face(file).advance(letters) for letters, file, _ in self.runs(text))

    def _home(self, cluster: str) -> tuple[Path, bool]:
        letters = {ord(each) for each in cluster if each not in _JOINERS}
        for file in self.files:
            if letters <= self.face(file).characters:
                return file, True
        return self.files[0], False


def clusters(text: str) -> Iterator[str]:
    """The text in pieces that belong to one sign: a letter and its marks, an emoji sequence."""
    piece = ""
    for character in text:
        if piece and not _extends(piece, character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _extends(piece: str, character: str) -> bool:
    code = ord(character)
    if piece[-1] == "\u200d" or character in _JOINERS or 0x1F3FB <= code <= 0x1F3FF:
        return True
    if _is_flag_letter(character):
        return len(piece) == 1 and _is_flag_letter(piece)
    return unicodedata.category(character) in ("Mn", "Mc", "Me")


def _is_flag_letter(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


@lru_cache(maxsize=64)
def font_face(file: Path) -> Face:
    """The metrics of one font file, read once per process."""
    return Face(file)


@lru_cache(maxsize=16)
def font_chain(files: tuple[Path, ...]) -> FontChain:
    """The chain of a style's files, once per process."""
    return FontChain(*files)
