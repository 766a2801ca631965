"""Where somebody speaks: Silero's voice activity detection over a recording of any length.

Runs in a child process only: it loads onnxruntime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from faster_whisper.vad import VadOptions, get_speech_timestamps

from forge.speech.audio import SAMPLE_RATE, Recording
from forge.speech.windows import Span

#: What is looked at in one go: about 50 MB, however long the recording is. The first pieces are
#: shorter, so that the first window is soon complete.
PIECE, FIRST_PIECE = 300 * SAMPLE_RATE, 12 * SAMPLE_RATE
#: Silero's memory starts empty; this much of the past fills it before a piece begins.
LEAD = 2 * SAMPLE_RATE

#: Every pause of 0.1 s counts, because windows are cut at pauses; a click does not.
OPTIONS = VadOptions(min_silence_duration_ms=100, min_speech_duration_ms=100, speech_pad_ms=30)


def speech(
    recording: Recording, after: int = 0, on_silence: Callable[[int], None] = lambda _: None
) -> Iterator[Span]:
    """The spans of speech that end behind sample ``after``, ascending and disjoint.

    The pieces are always the same, so the spans do not depend on ``after``. ``on_silence`` is
    called with the position when a whole piece holds no speech, which is progress too.
    """
    held: Span | None = None
    for begin, finish in pieces(recording.length):
        if finish <= after:
            continue
        origin = max(begin - LEAD, 0)
        found = get_speech_timestamps(recording.read(origin, finish), OPTIONS)
        spans = [
            (max(origin + span["start"], begin), min(origin + span["end"], finish))
            for span in found
            if origin + span["end"] > begin
        ]
        if not spans:
            on_silence(finish)
        for start, end in spans:
            if held is not None and start <= held[1]:
                held = (held[0], end)
                continue
            if held is not None and held[1] > after:
                yield held
            held = (start, end)
    if held is not None and held[1] > after:
        yield held


def pieces(length: int) -> Iterator[Span]:
    """The pieces of ``length`` samples: each twice as long as the one before, up to PIECE."""
    begin, size = 0, FIRST_PIECE
    while begin < length:
        yield begin, min(begin + size, length)
        begin += size
        size = min(2 * size, PIECE)
