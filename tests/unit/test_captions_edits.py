"""A person's corrections, scripts without spaces, and the linter. Pure; times are seconds.

Rules of this file: no file is read but the caption fonts by the tests that need their letters;
every warning is provoked by what a user could do, and does not come without it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from forge.captions.cues import cues
from forge.captions.drawing import CaptionLayout
from forge.captions.fonts import FONTS
from forge.captions.layout import edited_layout
from forge.captions.linter import lint_subtitles
from forge.captions.pieces import pieces
from forge.captions.samples import style_samples
from forge.captions.styles import Style
from forge.captions.subtitles import Subtitle, fits_line, subtitles
from forge.captions.timeline import Timeline, timeline
from forge.captions.words import Word, clip_words
from forge.model import Captions, WordEdit

FPS = Fraction(30)
SPOKEN = "we are going to try it now"
needs_fonts = pytest.mark.skipif(
    not (FONTS / Style.BOLD.look.file).is_file(), reason="the build has not copied the fonts"
)


def raw(text: str, each: float = 0.4, speakers: str = "") -> list[dict[str, Any]]:
    words = text.split()
    return [
        {
            "word": word,
            "start": at * each,
            "end": (at + 0.9) * each,
            "speaker": f"SPEAKER_0{speakers[at]}" if speakers else None,
        }
        for at, word in enumerate(words)
    ]


def whole(seconds: float = 60.0) -> Timeline:
    return timeline(0.0, seconds, [], FPS)


def edit(index: int, each: float = 0.4, **fields: Any) -> WordEdit:
    return WordEdit(index=index, at=index * each, **fields)


def texts(words: list[Word]) -> list[str]:
    return [" ".join(word.text for word in cue.words) for cue in cues(words, 60.0)]


def corrected(*edits: WordEdit, text: str = SPOKEN) -> list[str]:
    return texts(clip_words(raw(text), whole(), edits))


def test_words_are_replaced_and_hidden() -> None:
    assert corrected() == ["we are going", "to try it", "now"]
    assert corrected(edit(1, text="were"), edit(3, text="")) == ["we were going", "try it now"]
    assert corrected(edit(0, text=" {we}\\N all ")) == ["(we)/N all are", "going to try", "it now"]


def test_an_edit_of_another_transcript_is_ignored() -> None:
    wrong = WordEdit(index=1, at=0.402, text="wrong")
    right = WordEdit(index=1, at=0.4009, text="right")
    assert corrected(wrong)[0] == "we are going"
    assert corrected(right)[0] == "we right going"
    assert corrected(WordEdit(index=99, at=0.0, text="nobody")) == corrected()


def test_cues_are_split_and_joined() -> None:
    assert corrected(edit(1, breaks="before")) == ["we", "are going to", "try it now"]
    joined = corrected(*(edit(at, breaks="never") for at in range(1, 7)))
    assert joined == [SPOKEN]
    apart = clip_words(
        [*raw("Stop. Go"), {"word": "late", "start": 9.0, "end": 9.4}],
        whole(),
        [edit(1, breaks="never"), WordEdit(index=2, at=9.0, breaks="never")],
    )
    [cue] = cues(apart, 60.0)
    assert [word.text for word in cue.words] == ["Stop.", "Go", "late"]
    assert cue.end == pytest.approx(9.4), "a joined cue stays until its last word is spoken"


def test_times_are_moved_and_the_order_is_kept() -> None:
    words = clip_words(raw("a b c"), whole(), [edit(1, start=0.6, end=0.7)])
    assert (words[1].start, words[1].end) == (pytest.approx(0.6), pytest.approx(0.7))
    early = clip_words(raw("a b c"), whole(), [edit(2, start=0.0, end=0.1)])
    assert [word.text for word in early] == ["a", "b", "c"]
    assert early[2].start > early[1].start


def test_a_word_that_is_moved_out_of_the_clip_is_gone() -> None:
    assert corrected(edit(6, start=70.0, end=70.2))[-1] == "to try it"


def test_two_speakers_are_never_in_one_cue_or_subtitle() -> None:
    words = clip_words(raw("yes no maybe", speakers="011"), whole())
    assert texts(words) == ["yes", "no maybe"]
    assert [each.lines for each in subtitles(words, 60.0, 30.0)] == [("yes",), ("no maybe",)]


def test_typed_phrases_share_the_time_of_their_word() -> None:
    words = clip_words(raw("gonna go"), whole(), [edit(0, text="going to")])
    assert [(word.text, word.index) for word in words] == [("going", 0), ("to", 0), ("go", 1)]
    assert words[1].start == pytest.approx(5 / 7 * 0.36)


def test_japanese_is_cut_where_it_may_be() -> None:
    assert pieces("今日は") == ["今日は"]
    found = pieces("とても楽しいゲームでしたね、本当に")
    assert found == ["とても楽しい", "ゲームでしたね、", "本当に"]
    assert pieces("it's") == ["it's"]
    assert pieces("") == []
    assert pieces("x" * 300) == ["x" * 39 + "…"]


def test_a_cue_of_japanese_is_counted_by_letters() -> None:
    words = clip_words(raw("今日 は とても 楽しい ゲーム でし た 。", each=0.1), whole())
    found = cues(words, 60.0)
    lines = ["".join(word.text for word in cue.words) for cue in found]
    assert lines == ["今日はとても楽しいゲーム", "でした。"]


def test_japanese_subtitles_have_thirteen_letters_a_line() -> None:
    assert fits_line("あ" * 13)
    assert not fits_line("あ" * 14)
    assert fits_line("x" * 42)
    assert not fits_line("x" * 43)
    assert fits_line("안" * 16)
    assert not fits_line("안" * 17)
    words = clip_words(raw("今日はとても楽しいゲームでしたね本当にありがとう", each=4.0), whole())
    [found] = subtitles(words, 60.0, 30.0)
    assert len(found.lines) == 2
    assert all(map(fits_line, found.lines))


def codes(found: list[Subtitle]) -> list[str]:
    return [warning.code for warning in lint_subtitles(found, 30.0)]


def test_subtitles_that_keep_the_rules_are_left_alone() -> None:
    words = clip_words(raw("The trick is to keep moving. Never stand in the open."), whole())
    assert codes(subtitles(words, 60.0, 30.0)) == []


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([Subtitle(("x" * 42,), 0.0, 2.0)], "reading_speed"),
        ([Subtitle(("あ" * 13,), 0.0, 1.5)], "reading_speed"),
        ([Subtitle(("很" * 13,), 0.0, 1.1)], "reading_speed"),
        ([Subtitle(("안" * 16,), 0.0, 1.0)], "reading_speed"),
        ([Subtitle(("a", "b", "c"), 0.0, 2.0)], "line_count"),
        ([Subtitle(("x" * 43,), 0.0, 6.0)], "line_length"),
        ([Subtitle(("go",), 0.0, 0.8)], "min_duration"),
        ([Subtitle(("go",), 0.0, 7.5)], "max_duration"),
        ([Subtitle(("go",), 0.0, 1.0), Subtitle(("up",), 1.033, 2.0)], "gap"),
    ],
)
def test_the_linter_names_what_breaks_a_rule(found: list[Subtitle], code: str) -> None:
    assert codes(found) == [code]


def test_each_script_is_read_at_its_own_speed() -> None:
    speeds = {"x" * 30: 1.5, "今日はとても": 0.87, "很" * 11: 1.0, "안" * 14: 1.0}
    for text, seconds in speeds.items():
        assert codes([Subtitle((text,), 0.0, seconds)]) == [], text
        slower = codes([Subtitle((text,), 0.0, seconds * 0.94)])
        assert "reading_speed" in slower, text


def edited(text: str, size: tuple[int, int] = (1080, 1920), **captions: Any) -> CaptionLayout:
    wish = Captions.model_validate(captions)
    return edited_layout({"words": raw(text)}, whole(), wish, size)


def warned(layout: CaptionLayout) -> set[str]:
    return {warning.code for warning in layout.warnings}


@needs_fonts
@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1350), (1080, 1080), (1920, 1080)])
def test_no_style_breaks_a_rule_by_itself(style: Style, size: tuple[int, int]) -> None:
    text = "we are going to try it now, remember the plan"
    assert edited(text, size, style=style.value).warnings == []


@needs_fonts
def test_the_linter_looks_at_the_picture() -> None:
    long = "Antidisestablishmentarianismnotwithstand and so on"
    assert "small_text" in warned(edited(long))
    for middle in (0.95, 0.02):
        [warning] = edited(SPOKEN, middle=middle).warnings
        assert warning.code == "safe_area"
        assert "and 2 more" in warning.message, "all cues stand alike: it is said once"
    assert "missing_letter" in warned(edited("good \U00012000 sign"))
    assert "overlap" in warned(edited(SPOKEN, words=[edit(3, start=0.1, end=1.6).model_dump()]))


@needs_fonts
def test_words_to_edit_are_all_there_with_what_was_said() -> None:
    edits = [edit(1, text=""), edit(2, text="gone", start=0.9, breaks="before")]
    found = edited(SPOKEN, words=[each.model_dump() for each in edits]).words
    assert [word.said for word in found] == SPOKEN.split()
    assert [word.text for word in found][:4] == ["we", "", "gone", "to"]
    assert (found[2].at, found[2].start, found[2].breaks) == (0.8, 0.9, "before")


@needs_fonts
@pytest.mark.parametrize(
    "text",
    [
        *("Ħéłłö ðáž", "Привет", "Γειά", "Xin chào Việt", "שלום", "สวัสดี"),
        *("नमस्ते", "안녕", "今日は", "مرحبا", "😀🇫🇷", "我们说简体中文，对吗？", "這個遊戲很難"),
    ],
)
def test_every_promised_script_has_its_letters(text: str) -> None:
    for style in Style:
        assert "missing_letter" not in warned(edited(text, style=style.value)), style


@needs_fonts
def test_samples_show_every_style() -> None:
    found = style_samples()
    assert [each.style for each in found] == [style.value for style in Style]
    assert len({each.layout.look.file for each in found}) == len(found), "each has its own font"
    for each in found:
        [cue] = each.layout.cues
        assert [word.text.lower() for word in cue.words] == ["well", "played"]


@needs_fonts
def test_chinese_and_japanese_each_come_from_one_font() -> None:
    chinese = edited("我们 说 今天 的 游戏").fonts
    assert [font.file for font in chinese[1:]] == ["NotoSansSC-ChineseSimplified.woff"]
    japanese = edited("今日 の ゲーム は 難しい").fonts
    assert [font.file for font in japanese[1:]] == ["DelaGothicOne-Japanese.woff"]


@needs_fonts
def test_letters_that_no_font_has_are_named() -> None:
    for text, lacking in (("ሰላም", "ሰላም"), ("good \U00012000", "\U00012000"), ("ខ្មែរ", "ខ្មែរ")):
        found = [w for w in edited(text).warnings if w.code == "missing_letter"]
        assert found, text
        assert lacking[0] in found[0].message
