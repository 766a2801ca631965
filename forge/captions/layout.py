"""From a clip's words to what is drawn of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from forge.captions.cues import cues
from forge.captions.drawing import CaptionLayout, CaptionLook, ClipWord, DrawnCue, FontFile
from forge.captions.fonts import FontChain, family, font_chain
from forge.captions.linter import lint_drawing, lint_edits, lint_subtitles
from forge.captions.pieces import LONGEST
from forge.captions.safe_area import safe_area
from forge.captions.styles import Style
from forge.captions.subtitles import subtitles
from forge.captions.text import clean
from forge.captions.timeline import Timeline
from forge.captions.typeset import Frame, typeset
from forge.captions.words import Word, clip_words, heard_words
from forge.model import Captions

#: Where the server answers with a font file.
FONT_URL = "/api/fonts/"


def caption_layout(
    words: Sequence[Word],
    duration: float,
    captions: Captions,
    size: tuple[int, int],
    fps: Fraction,
) -> CaptionLayout:
    """The captions of a clip on an output picture of ``size`` pixels; without what is for editing.

    ``words`` are the clip's own (:func:`forge.captions.words.clip_words`), ``duration`` is its
    length in seconds. Says nothing about whether captions are wanted. Reads the style's font
    files; raises ForgeError for an unknown style, and for one whose font is missing.
    """
    style = Style.named(captions.style)
    look, files = style.look, style.font_files("".join(word.text for word in words))
    chain = font_chain(files)
    area = safe_area(*size)
    middle = area.middle if captions.middle is None else captions.middle
    frame = Frame(*size, fps, area, middle, captions.scale, captions.colours)
    drawn = typeset(cues(list(words), duration), look, chain, frame)
    unit = area.unit
    return CaptionLayout(
        width=size[0],
        height=size[1],
        fps=float(fps),
        enabled=captions.enabled,
        middle=middle,
        look=CaptionLook(
            style=style.value,
            family=family(files[0]),
            file=files[0].name,
            colour=look.colour,
            active=look.active,
            edge=look.edge,
            shade=look.shade,
            # Whole pixels: browsers move letters to them where libass would blur an edge.
            outline=float(round(look.outline * unit)),
            shadow=float(round(look.shadow * unit)),
            highlight=look.highlight,
        ),
        fonts=_fonts(drawn, chain),
        cues=drawn,
        speakers=[],
        words=[],
        warnings=[],
    )


def edited_layout(
    transcript: Mapping[str, Any],
    time: Timeline,
    captions: Captions,
    size: tuple[int, int],
) -> CaptionLayout:
    """The same from a transcript, with the words to edit and the linter's warnings.

    ``transcript`` holds ``words``, and ``turns`` when speakers were told apart.
    """
    raw = transcript["words"]
    words = clip_words(raw, time, captions.words)
    layout = caption_layout(words, time.duration, captions, size, time.fps)
    fps = float(time.fps)
    warnings = [
        *lint_subtitles(subtitles(words, time.duration, fps), fps),
        *lint_drawing(layout, font_chain(Style.named(captions.style).font_files())),
        *lint_edits(words, captions.words, time),
    ]
    listed = [
        ClipWord(
            index=heard.index,
            at=float(heard.raw["start"]),
            said=clean(str(heard.raw["word"])),
            text=clean(heard.text, LONGEST),
            start=heard.start,
            end=heard.end,
            speaker=heard.speaker,
            breaks=None if heard.edit is None else heard.edit.breaks,
        )
        for heard in heard_words(raw, time, captions.words)
    ]
    turns = sorted(transcript.get("turns") or [], key=lambda turn: float(turn["start"]))
    labels = dict.fromkeys(str(turn["speaker"]) for turn in turns)
    ordered = sorted(warnings, key=lambda warning: warning.at)
    return layout.model_copy(
        update={"speakers": list(labels), "words": listed, "warnings": ordered}
    )


def _fonts(drawn: Sequence[DrawnCue], chain: FontChain) -> list[FontFile]:
    """The main font, then the others that some run is drawn with."""
    used = {run.family for cue in drawn for word in cue.words for run in word.runs}
    found = [file for at, file in enumerate(chain.files) if at == 0 or family(file) in used]
    return [
        FontFile(family=family(file), file=file.name, url=FONT_URL + file.name) for file in found
    ]
