"""Making words from a transcript safe to draw.

A transcript is untrusted: it comes from a model that heard whatever was said, or from a file,
or from an edit. After :func:`clean` a word holds nothing that ASS, SRT or WebVTT would take
for markup of a line, and nothing that breaks a line.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: A longer "word" is noise or an address; it is shown shortened, because it could never fit
#: one subtitle line.
MAX_WORD = 40

_REPLACED = str.maketrans({"{": "(", "}": ")", "\\": "/"})
#: Joiners inside emoji and in Persian or Indic words: invisible, and needed for the shape.
_JOINERS = "\u200c\u200d"
_WIDE_RANGES = (
    (0x2E80, 0xA4CF),  # CJK radicals, kana, ideographs, Yi
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFE30, 0xFE4F),  # vertical forms
    (0xFF00, 0xFF65),  # full-width forms
    (0x20000, 0x3FFFF),  # further ideographs
)


def clean(text: str, limit: int = MAX_WORD) -> str:
    """One word, or one short run of words, without anything that could act as markup.

    Braces become parentheses and backslashes slashes (the characters that open ASS overrides
    and line breaks), every kind of white space becomes one space, control and formatting
    characters (direction overrides among them) and lone surrogates disappear. Longer than
    ``limit`` is shortened with an ellipsis. The result may be empty.
    """
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", text.translate(_REPLACED)):
        category = unicodedata.category(character)
        if character.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
        elif character in _JOINERS or not category.startswith("C") or category == "Cn":
            kept.append(character)
    return shortened(" ".join("".join(kept).split()).strip(_JOINERS), limit)


def shortened(text: str, limit: int) -> str:
    """The text, or as much of it as leaves room for an ellipsis within ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def is_wide(character: str) -> bool:
    """Whether the character belongs to a script that is written without spaces, one em wide."""
    code = ord(character)
    return any(first <= code <= last for first, last in _WIDE_RANGES)


def is_kana(character: str) -> bool:
    """Whether the character is a letter that only Japanese has."""
    return "\u3041" <= character <= "\u30ff"


def is_hangul(character: str) -> bool:
    """Whether the character is a letter of Korean."""
    code = ord(character)
    return 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7A3


def separator(before: str, after: str) -> str:
    """What stands between two neighbouring words: nothing inside Chinese or Japanese."""
    return "" if before and after and is_wide(before[-1]) and is_wide(after[0]) else " "


def join(words: list[str]) -> str:
    """The words as one line of text."""
    line = ""
    for word in words:
        line += (separator(line, word) if line else "") + word
    return line


def ends_sentence(word: str) -> bool:
    """Whether a sentence ends with this word: closing quotes and brackets do not hide it."""
    stripped = word.rstrip("\"'”’»)]）」』")
    return stripped.endswith((".", "!", "?", "…", "。", "！", "？")) and not stripped.endswith("..")


def ends_clause(word: str) -> bool:
    """Whether a comma, colon, semicolon or dash follows: a good place to break a line."""
    return word.rstrip("\"'”’»)]").endswith((",", ";", ":", "–", "—", "、", "，"))


def is_right_to_left(text: str) -> bool:
    """Whether the text's first letter with a direction is Hebrew or Arabic."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


_MIRRORED = str.maketrans("()[]<>«»‹›", ")(][><»«›‹")


def mirrored(text: str) -> str:
    """Brackets as they look in a line from right to left."""
    return text.translate(_MIRRORED)
