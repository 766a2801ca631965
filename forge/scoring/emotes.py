"""What people write in chat when something happens, as against small talk."""

from __future__ import annotations

import re
from functools import lru_cache

from forge.scoring.lexicon import HYPE, LAUGHTER, find

#: Emotes of Twitch itself and of the three common extensions, as they are typed, for laughing,
#: cheering and being startled. Greetings and loves (``HeyGuys``, ``<3``) are small talk.
_NAMES = """
LUL LULW KEKW KEK OMEGALUL ICANT LMAO PepeLaugh Sadge forsenLUL KEKL KEKLEO
Pog PogChamp PogU POGGERS POGGIES PogBones POG Poggers Pogging WICKED EZ Clap HYPERS PagMan
PagBounce POGCRAZY WOOO LETSGO catJAM HYPERCLAP gachiHYPER TwitchLit FeelsStrongMan
monkaS monkaW monkaGIGA WutFace NotLikeThis D: Pepega 5Head BibleThump PepeHands Jebaited
DansGame PJSalt SwiftRage Kreygasm ResidentSleeper cmonBruh WTFF HUH AINTNOWAY
"""
EMOTES = frozenset(_NAMES.split())
_SIGNS = re.compile("[😂🤣😭😱🤯💀🔥🎉🙌👏🏆]")
#: Answers of one or two letters that stand for a whole cheer.
_SHORT = re.compile(
    r"^(?:w+|l+|gg+|f|clip(?: it| that)?|\++|x+d+|(?:ha){2,}h?|a{4,}h*|o{3,}|!{2,}|\?{2,})$"
)
#: From this many letters on, capitals alone are shouting.
_SHOUTED = 5


@lru_cache(maxsize=1 << 14)  # A chat of hours repeats itself.
def excited(text: str) -> bool:
    """Whether a message reacts to something: an emote or sign of it, a phrase, or capitals."""
    words = text.split()
    if any(word in EMOTES for word in words) or _SIGNS.search(text):
        return True
    if _SHORT.match(text.strip().lower()):
        return True
    letters = [character for character in text if character.isalpha()]
    if len(letters) >= _SHOUTED and sum(map(str.isupper, letters)) > 0.8 * len(letters):
        return True
    return bool(find(words, HYPE) or find(words, LAUGHTER))
