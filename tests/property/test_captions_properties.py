"""What holds for captions of any words: nothing lost, nothing overlapping, nothing markup.

Rules of this file: pure functions; hypothesis looks for the words that break them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from forge.captions.cues import MAX_CHARACTERS, MAX_SECONDS, MAX_WORDS, cues
from forge.captions.pieces import begins_line, columns, ends_line, pieces
from forge.captions.subtitles import MIN_SECONDS, srt, subtitles, vtt
from forge.captions.text import MAX_WORD, clean, join
from forge.captions.timeline import timeline
from forge.captions.words import Word, clip_words
from forge.model import WordEdit

FPS = Fraction(30)
letters = st.text(st.characters(codec="utf-8"), max_size=60)
seconds = st.floats(0, 60, allow_nan=False)


@st.composite
def transcripts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Words as a recogniser gives them: in order, some without a length, some overlapping."""
    at, words = 0.0, []
    for _ in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from([0.0, 0.02, 0.2, 0.45, 0.9, 3.0]))
        length = draw(st.sampled_from([0.0, 0.05, 0.3, 0.8, 4.0]))
        text = draw(st.sampled_from([" we", " go!", " incredible", " a,", " Wow.", "日本", ""]))
        words.append({"word": text, "start": at, "end": at + length})
    return words


cut_lists = st.lists(st.tuples(seconds, seconds), max_size=5)


@given(st.text(max_size=200))
def test_clean_words_hold_no_markup(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set("{}\\\r\n\t\x00")
    assert len(cleaned) <= MAX_WORD
    assert cleaned == cleaned.strip()
    assert (
        cleaned.isprintable() or "\u200c" in cleaned or "\u200d" in cleaned or not cleaned.isascii()
    )
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")


@given(seconds, st.floats(0.05, 60), cut_lists)
def test_clip_time_never_runs_backwards(
    start: float, length: float, cuts: list[tuple[float, float]]
) -> None:
    try:
        time = timeline(start, start + length, cuts, FPS)
    except ValueError:
        return
    assert all(part.first < part.last for part in time.parts)
    assert all(a.last < b.first for a, b in pairwise(time.parts))
    mapped = [time.to_clip(start + length * at / 50) for at in range(-5, 60)]
    assert mapped == sorted(mapped)
    assert min(mapped) >= 0
    assert max(mapped) <= time.duration + 1e-6


@given(transcripts(), cut_lists)
def test_cues_show_every_word_once_and_never_overlap(
    transcript: list[dict[str, Any]], cuts: list[tuple[float, float]]
) -> None:
    try:
        time = timeline(0.5, 40.0, cuts, FPS)
    except ValueError:
        return
    heard = clip_words(transcript, time)
    found = cues(heard, time.duration)
    shown = [word for cue in found for word in cue.words]
    assert shown == [word for word in heard if word.start < time.duration]
    for cue in found:
        assert 0 <= cue.start < cue.end <= time.duration
        assert cue.end - cue.start <= MAX_SECONDS + 1e-6
        text = join([word.text for word in cue.words])
        assert len(cue.words) == 1 or columns(text) <= MAX_CHARACTERS
        assert len(text.split()) <= MAX_WORDS
        starts = [word.start for word in cue.words]
        assert starts == sorted(set(starts))
        assert starts[-1] < cue.end
    assert all(a.end <= b.start for a, b in pairwise(found))


wishes = st.builds(
    WordEdit,
    index=st.integers(0, 40),
    at=st.just(0.0),
    text=st.sampled_from([None, "", "one two", "とても楽しいゲームでしたね、本当に", "x"]),
    start=st.none() | seconds,
    end=st.none() | seconds,
    breaks=st.sampled_from([None, "before", "never"]),
)


@given(transcripts(), cut_lists, st.lists(wishes, max_size=10))
def test_whatever_is_edited_cues_keep_the_words_in_order(
    transcript: list[dict[str, Any]], cuts: list[tuple[float, float]], edits: list[WordEdit]
) -> None:
    try:
        time = timeline(0.5, 40.0, cuts, FPS)
    except ValueError:
        return
    placed = [
        edit.model_copy(update={"at": transcript[edit.index]["start"]})
        for edit in edits
        if edit.index < len(transcript)
    ]
    hidden = {edit.index: edit.text == "" for edit in placed}
    heard = clip_words(transcript, time, placed)
    found = cues(heard, time.duration)
    shown = [word for cue in found for word in cue.words]
    assert shown == [word for word in heard if word.start < time.duration]
    assert not any(hidden.get(word.index, False) for word in shown)
    assert [word.start for word in heard] == sorted(word.start for word in heard)
    assert all(a.end <= b.start for a, b in pairwise(found))
    begun = {cue.words[0] for cue in found}
    for number, word in enumerate(shown):
        assert word.breaks != "before" or word in begun
        assert word.breaks != "never" or word not in begun or number == 0


@given(st.text(st.sampled_from("今日はとてもゲームー、。「」a gg !っ"), max_size=120))
def test_pieces_hold_every_letter_and_break_where_japanese_may(text: str) -> None:
    found = pieces(text)
    whole = clean(text, 400)
    assert "".join(found) == whole.replace(" ", "") or "…" in "".join(found)
    for part in whole.split():
        own = [piece for piece in pieces(part)]
        assert all(begins_line(piece) for piece in own[1:])
        assert all(ends_line(piece) for piece in own[:-1])


wishes = st.lists(st.sampled_from([None, None, None, "before", "never"]), max_size=40)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40)), max_size=40), wishes)
def test_subtitles_begin_where_a_person_wishes(
    steps: list[tuple[int, int]], wanted: list[Literal["before", "never"] | None]
) -> None:
    at, words = 0.0, []
    for (step, length), wish in zip_longest(steps, wanted[: len(steps)]):
        words.append(Word("x" * length, at, at + step * 0.05, breaks=wish))
        at += step * 0.05
    found = subtitles(words, at + 0.01, 30.0)
    starts = {each.start for each in found[:-1]}
    for word in words[1:]:
        if word.breaks == "never":
            assert word.start not in starts
        elif word.breaks == "before" and word.start < at - 1:
            begun = max((each.start for each in found if each.start <= word.start), default=0.0)
            assert word.start - begun < 2 / 30 + 0.1
    for before, after in pairwise(found):
        assert before.start < before.end <= after.start - 2 / 30 + 1e-9


@given(st.lists(st.tuples(st.integers(4, 60), st.integers(1, 40)), max_size=40), st.booleans())
def test_subtitles_keep_the_rules(steps: list[tuple[int, int]], sentences: bool) -> None:
    at, words = 0.0, []
    for step, length in steps:
        text = "x" * length + ("." if sentences and length % 3 == 0 else "")
        words.append(Word(text[-40:], at, at + step * 0.05))
        at += step * 0.05
    duration = at + 0.01
    found = subtitles(words, duration, 30.0)
    assert " ".join(line for each in found for line in each.lines) == " ".join(
        word.text for word in words
    )
    for number, each in enumerate(found):
        limit = found[number + 1].start - 2 / 30 if number + 1 < len(found) else duration
        assert 0 <= each.start < each.end <= limit + 1e-9
        assert each.end - each.start <= 7 + 1e-9
        assert len(each.lines) <= 2
        assert all(len(line) <= 42 for line in each.lines)
        squeezed = each.end >= limit - 1e-9
        assert each.end - each.start >= MIN_SECONDS - 1e-9 or squeezed


@given(st.lists(letters, max_size=10))
def test_sidecars_have_as_many_blocks_as_subtitles(texts: list[str]) -> None:
    cleaned = [clean(text) for text in texts]
    words = [Word(text, at * 2.0, at * 2.0 + 1) for at, text in enumerate(cleaned) if text]
    found = subtitles(words, 60.0, 30.0)
    assert srt(found).count("-->") == vtt(found).count("-->") == len(found)
    assert len([block for block in srt(found).split("\n\n") if block.strip()]) == len(found)
    assert len(vtt(found).strip().split("\n\n")) == len(found) + 1
