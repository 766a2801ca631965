"""What the styles look like, to choose from: the same two words in each of them."""

from __future__ import annotations

from fractions import Fraction

from forge.captions.drawing import CaptionLayout
from forge.captions.layout import caption_layout
from forge.captions.styles import Style
from forge.captions.words import Word
from forge.model import Captions, Value

_SIZE = (1080, 480)
_WORDS = (Word("Well", 0.0, 0.5), Word("played", 0.5, 1.5))


class StyleSample(Value):
    """A style by its name in a clip, what people call it, and a cue whose second word is spoken
    from 0.5 s to 1.5 s."""

    style: str
    title: str
    layout: CaptionLayout


def style_samples() -> list[StyleSample]:
    """All styles in the order in which they are offered. Reads every style's font."""
    return [
        StyleSample(
            style=style.value,
            title=style.look.title,
            layout=caption_layout(
                _WORDS, 1.5, Captions(style=style.value, scale=1.5), _SIZE, Fraction(30)
            ),
        )
        for style in Style
    ]
