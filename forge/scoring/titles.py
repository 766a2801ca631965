"""What a clip may be called: its own words, or what happens in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from forge.scoring.candidates import Candidate
from forge.scoring.kept import Kept, Said
from forge.scoring.lexicon import token
from forge.scoring.wording import clock, shorten, within

_LENGTH, _WORDS = 60, 4
#: After anything but these (Japanese and Chinese ones, too) the next sentence needs a full stop.
_ENDINGS = ".!?…,;:。！？、"
#: A word of laughter, as :func:`token` spells it.
_LAUGH = re.compile(r"a?(?:h[aeiou]+)+h?|lol|lmao|laugh(?:s|ter|ing)")


def title(kept: Kept, clip: Candidate, happens: str, taken: Collection[str] = ()) -> str:
    """A few of the clip's own words: the most exciting sentence, else the one at the peak.

    Of equally exciting ones it is the first. A sentence of fewer than four words goes on with the
    next one if that fits. Laughter alone is no title while anything else is said; one that is
    ``taken`` gives way to the next best. Where nobody speaks, ``happens`` and the time stand for
    it (``Laughter at 0:35``).
    """
    said = within(kept.sentences, clip)
    telling = [each for each in said if not _only_laughter(each.text)] or said
    if not telling:
        return f"{happens} at {clock(clip.peak)}"
    order = sorted(
        range(len(telling)),
        key=lambda place: (
            -telling[place].weight,
            place if telling[place].weight else abs(telling[place].start - clip.peak),
        ),
    )
    titles = [_from(telling, place) for place in order]
    return next((each for each in titles if each not in taken), titles[0])


def _from(said: Sequence[Said], place: int) -> str:
    text = said[place].text
    for following in said[place + 1 :]:
        stop = "" if not text or text[-1] in _ENDINGS or following.text[:1].islower() else "."
        longer = f"{text}{stop} {following.text}"
        if len(text.split()) >= _WORDS or len(longer) > _LENGTH:
            break
        text = longer
    return _capital(shorten(text, _LENGTH))


def _capital(text: str) -> str:
    first = text[:1].upper()
    # A letter whose capital is two (ß) stays as it is.
    return first + text[1:] if len(first) == 1 else text


def _only_laughter(text: str) -> bool:
    return all(_LAUGH.fullmatch(token(word)) for word in text.split())
