"""Cleaning words: what could act as markup disappears, what people write stays.

Pure: strings in, strings out.
"""

from __future__ import annotations

import pytest

from forge.captions.text import (
    MAX_WORD,
    clean,
    ends_clause,
    ends_sentence,
    is_right_to_left,
    join,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" Welcome", "Welcome"),
        ("{\\an8}up", "(/an8)up"),
        ("a\\Nb", "a/Nb"),
        ("two\r\nlines\u2028more", "two lines more"),
        ("tab\tnbsp\u00a0x", "tab nbsp x"),
        ("nul\x00esc\x1bdel\x7f", "nulescdel"),
        ("\u202eevil\u2066", "evil"),
        ("half\ud800", "half"),
        ("e\u0301", "é"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u200d\u200c", ""),
        ("it's 100% <3 & fine", "it's 100% <3 & fine"),
        ("日本語", "日本語"),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_an_endless_word_is_shortened() -> None:
    assert clean("a" * 400) == "a" * (MAX_WORD - 1) + "…"


def test_chinese_and_japanese_are_joined_without_spaces() -> None:
    assert join(["今日", "は", "GG", "です"]) == "今日は GG です"
    assert join(["so", "good"]) == "so good"
    assert join([]) == ""


@pytest.mark.parametrize("word", ["end.", "what?!", 'said."', "fin…", "終。", "go!)"])
def test_sentence_ends(word: str) -> None:
    assert ends_sentence(word)


@pytest.mark.parametrize("word", ["well,", "so", "wait...", "3.5x", ""])
def test_no_sentence_ends(word: str) -> None:
    assert not ends_sentence(word)


def test_clauses_and_direction() -> None:
    assert ends_clause("well,")
    assert not ends_clause("well")
    assert is_right_to_left("שלום!")
    assert not is_right_to_left("hi")
    assert not is_right_to_left("123")
