"""Words that tell of excitement, laughter or a joke, and how they are found in speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

#: Phrase to weight. 2: people hardly say it unless something happened. 1: often said in passing.
HYPE: dict[str, float] = {
    "clip it": 2.0,
    "clip that": 2.0,
    "somebody clip": 2.0,
    "let's go": 1.6,
    "lets goo": 2.0,
    "oh my god": 1.6,
    "oh my gosh": 1.5,
    "oh my goodness": 1.4,
    "omg": 1.5,
    "no way": 1.6,
    "no shot": 1.6,
    "what just happened": 1.8,
    "what was that": 1.4,
    "are you kidding": 1.6,
    "are you serious": 1.4,
    "did you see that": 1.8,
    "can't believe": 1.6,
    "cannot believe": 1.6,
    "can not believe": 1.6,
    "unbelievable": 1.5,
    "insane": 1.6,
    "that's crazy": 1.5,
    "that is crazy": 1.5,
    "crazy": 0.9,
    "ridiculous": 1.0,
    "incredible": 1.3,
    "holy": 1.2,
    "what the hell": 1.4,
    "what the heck": 1.4,
    "what the fuck": 1.6,
    "wtf": 1.5,
    "jesus christ": 1.3,
    "we did it": 1.7,
    "i did it": 1.5,
    "we won": 1.6,
    "i won": 1.3,
    "victory": 1.2,
    "world record": 1.8,
    "personal best": 1.6,
    "first try": 1.5,
    "best ever": 1.2,
    "of the year": 1.0,
    "of my life": 1.0,
    "clutch": 1.5,
    "ace": 1.2,
    "headshot": 1.2,
    "triple kill": 1.6,
    "double kill": 1.3,
    "pentakill": 1.8,
    "jackpot": 1.4,
    "legendary": 1.2,
    "poggers": 1.3,
    "pog": 1.2,
    "yes yes": 1.4,
    "no no no": 1.4,
    "wow": 1.0,
    "whoa": 1.0,
    "woah": 1.0,
    "huge": 0.6,
    "perfect": 0.6,
    "amazing": 0.8,
    "i'm dead": 1.2,
    "i'm shaking": 1.6,
    "i'm crying": 1.4,
    "run run": 1.4,
    "watch out": 0.8,
    "help me": 0.8,
}

LAUGHTER: dict[str, float] = {
    "haha": 1.0,
    "hahaha": 1.2,
    "hahahaha": 1.2,
    "ha ha": 1.0,
    "hehe": 0.8,
    "lol": 0.8,
    "lmao": 1.0,
    "laughs": 1.0,
    "laughter": 1.0,
    "laughing": 0.8,
    "so funny": 1.0,
    "hilarious": 1.0,
}


@dataclass(frozen=True)
class Hit:
    """A phrase found at words ``first`` to ``last`` (exclusive)."""

    phrase: str
    first: int
    last: int
    weight: float


@lru_cache(maxsize=1 << 14)  # Chat says the same few words a million times.
def token(word: str) -> str:
    """A word as the lexicon spells it: lower case, apostrophes and punctuation gone.

    A stretched word becomes its plain form (``goooo`` to ``goo``), so that shouting still
    matches.
    """
    plain = re.sub(r"[^\w]|_", "", word.lower())
    return re.sub(r"(.)\1{2,}", r"\1\1", plain)


@cache
def _table(
    phrases: tuple[tuple[str, float], ...],
) -> tuple[dict[tuple[str, ...], tuple[str, float]], int]:
    """Phrases by their tokens, and the number of tokens of the longest one."""
    table = {tuple(map(token, phrase.split())): (phrase, w) for phrase, w in phrases}
    return table, max(map(len, table))


def find(words: Sequence[str], lexicon: dict[str, float]) -> list[Hit]:
    """Every phrase of ``lexicon`` in the words, in order; the longest one wins at each place.

    Two phrases never share a word.
    """
    table, longest = _table(tuple(lexicon.items()))
    tokens = [token(word) for word in words]
    hits: list[Hit] = []
    place = 0
    while place < len(tokens):
        for length in range(min(longest, len(tokens) - place), 0, -1):
            entry = table.get(tuple(tokens[place : place + length]))
            if entry is not None:
                hits.append(Hit(entry[0], place, place + length, entry[1]))
                place += length
                break
        else:
            place += 1
    return hits
