"""One transcribed or typed word as pieces that no line break may divide.

Most words are one piece. Words that a person typed with spaces are several, and so is a long
run of a script without spaces, which a line may break nearly everywhere.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil

from forge.captions.text import MAX_WORD, clean, is_kana, is_wide, shortened

#: More of one word than this is not shown.
LONGEST = 400
#: A run of a script without spaces is cut into pieces of about this many letters.
PIECE = 6
#: A wide letter takes the room of this many narrow ones.
WIDE = 1.5

#: What no line of Japanese or Chinese begins with (the closing marks, small kana and long sounds
#: of JIS X 4051), and what none ends with.
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜´｀ヽヾゝゞ々ー’”）〕］｝〉》」』】°′″℃％‰"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥,.!?:;)]}»›"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【￥＄£([{«‹")


def pieces(text: str) -> list[str]:
    """Clean pieces of a word in order; none when nothing can be shown of it."""
    return [piece for part in clean(text, LONGEST).split() for piece in _chunks(part)]


def begins_line(piece: str) -> bool:
    """Whether a line or a cue may begin with this piece."""
    return piece[:1] not in _NOT_FIRST


def ends_line(piece: str) -> bool:
    """Whether a line or a cue may end with this piece."""
    return piece[-1:] not in _NOT_LAST


def columns(text: str) -> float:
    """The room that text takes, in letters of a script with spaces."""
    return sum(WIDE if is_wide(character) else 1.0 for character in text)


def _chunks(part: str) -> list[str]:
    wide = sum(map(is_wide, part))
    if wide <= PIECE:
        return [shortened(part, MAX_WORD)]
    count = ceil(wide / PIECE)
    costs = {
        at: _break_cost(part[at - 1], part[at])
        for at in range(1, len(part))
        if _may_break(part[at - 1], part[at])
    }
    places: list[int] = []
    for number in range(1, count):
        target = len(part) * number / count
        later = [at for at in costs if at > (places[-1] if places else 0)]
        if later:
            places.append(min(later, key=lambda at: abs(at - target) + costs[at]))
    chunks = [part[a:b] for a, b in pairwise([0, *places, len(part)])]
    return [shortened(chunk, MAX_WORD) for chunk in chunks]


def _may_break(before: str, after: str) -> bool:
    between = is_wide(before) or is_wide(after)
    return between and before not in _NOT_LAST and after not in _NOT_FIRST


def _break_cost(before: str, after: str) -> float:
    """How bad it is to break here, in letters by which the pieces may rather be uneven.

    Japanese phrases end in hiragana, so where that ends is most often between two of them.
    """
    if before in _NOT_FIRST and not is_kana(before):
        return 0.0
    if _is_hiragana(before) and not _is_hiragana(after):
        return 0.5
    same = _is_hiragana(before) == _is_hiragana(after) and is_kana(before) == is_kana(after)
    return 3.0 if same else 2.0


def _is_hiragana(character: str) -> bool:
    return "\u3041" <= character <= "\u309f"
