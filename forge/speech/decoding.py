"""Windows of sound to words: a quick pass over everything, a careful one over what is doubted.

The quick pass decodes without time stamps, by CTranslate2, one window or several at once. That
is where faster-whisper's two modes each give something away: with time stamps the model stops
early and is started again behind them, and the batched mode has nothing that notices when it
stops early or invents. Here :mod:`forge.speech.gate` looks at every window, and only what it
doubts is decoded again, sequentially, with time stamps.

Nothing is drawn at random. faster-whisper's own fallback samples at rising temperatures, and
CTranslate2 seeds its generator once a thread (``set_random_seed`` later does nothing), so a
resumed transcription would differ from an undisturbed one.

Runs in a child process only: it loads CTranslate2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from forge.errors import ForgeError
from forge.speech.audio import SAMPLE_RATE, Recording, Samples
from forge.speech.gate import (
    MAX_COMPRESSION,
    MIN_LOGPROB,
    Decoded,
    Doubt,
    choose,
    compression,
    doubts,
)
from forge.speech.windows import Seconds, Window
from forge.speech.words import Heard

#: How many texts compete in each pass. The wider the search, the more it likes to leave out a whole
#: sentence when there are no time stamps: of ten minutes of made talk five lost 84 words, three 68
#: and two 28. The careful pass has time stamps, so there more is better.
QUICK_BEAM, CAREFUL_BEAM = 2, 5
#: What is left of a window when the model stops is not worth another decoding (30 s of work).
TAIL = 0.3
#: The most tokens for a window: so many, and so many a second, up to OpenAI's own limit. Speech
#: has four to seven a second; a model that loops goes on until it is stopped.
TOKENS, TOKENS_A_SECOND, MAX_TOKENS = 24, 12, 224
#: Marks that belong to the word behind them, and to the word before them.
OPENING, CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
#: The second pass, and what is tried when even that goes round in circles.
SECOND: dict[str, Any] = {}
THIRD: dict[str, Any] = {"no_repeat_ngram_size": 3, "repetition_penalty": 1.1}


@dataclass(frozen=True)
class Sound:
    """A window's samples, at most 30 s, and when there is speech in them."""

    samples: Samples
    speech: tuple[Seconds, ...]

    @classmethod
    def of(cls, window: Window, recording: Recording) -> Sound:
        """What is heard of a window."""
        parts = [recording.read(*part) for part in window.parts]
        return cls(np.concatenate(parts), window.speech_heard())

    @property
    def tokens(self) -> int:
        """The most tokens that may be said in it."""
        seconds = len(self.samples) / SAMPLE_RATE
        return min(round(TOKENS + TOKENS_A_SECOND * seconds), MAX_TOKENS)


class Decoder:
    """One loaded model. All methods may be called from several threads at once."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model
        self._tokenizer = cache(self._make_tokenizer)

    @property
    def languages(self) -> Sequence[str]:
        """The codes of the languages that the model knows."""
        return list(self._model.supported_languages)

    def must_know(self, language: str, name: str, why: str | None = None) -> None:
        """Raises ForgeError ``language_unsupported`` when the model ``name`` does not know it.

        ``why`` says why it is that model, where nobody named it.
        """
        if language in self.languages:
            return
        found = f"The Whisper model {name} does not know the language {language!r}."
        hint = "Choose a model without .en in its name (for example small)"
        if why is not None:
            found += f" {why}"
            hint = "Try again when the hub can be reached, or name a model that is on this machine"
        raise ForgeError(
            "language_unsupported", found, hint=f"{hint} (FORGE_MODEL), or leave the language open."
        )

    def language(self, sound: Sound) -> tuple[str, float]:
        """The language of a window and its probability; ``en`` for an English-only model."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        found, certainty, _ = self._model.detect_language(features=self._features(sound))
        return found, float(certainty)

    def decode(self, sounds: Sequence[Sound], language: str) -> list[Decoded]:
        """What is said in each of the windows; no words where none are believable.

        On a processor with int8 weights, the others of a batch do not change what a window
        gives. On a GPU they may, in the last bits.
        """
        tokenizer = self._tokenizer(language)
        decoded = []
        for sound, first in zip(sounds, self._quick(sounds, tokenizer), strict=True):
            if doubts(first, sound.speech):
                decoded.append(choose(first, self._careful(sound, language), sound.speech))
            else:
                decoded.append(first)
        return decoded

    def _make_tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(
            self._model.hf_tokenizer, multilingual, task="transcribe", language=language
        )

    def _features(self, sound: Sound) -> Any:
        return pad_or_trim(self._model.feature_extractor(sound.samples)[..., :-1])

    def _quick(self, sounds: Sequence[Sound], tokenizer: Tokenizer) -> list[Decoded]:
        encoded = self._model.encode(np.stack([self._features(sound) for sound in sounds]))
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        results = self._model.model.generate(
            encoded,
            [prompt] * len(sounds),
            beam_size=QUICK_BEAM,
            max_length=len(prompt) + MAX_TOKENS,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
        )
        texts = [
            [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            for result in results
        ]
        words = self._align(sounds, texts, tokenizer, encoded)
        return [
            Decoded(tuple(found), _logprob(result), result.no_speech_prob)
            for found, result in zip(words, results, strict=True)
        ]

    def _align(
        self,
        sounds: Sequence[Sound],
        texts: Sequence[Sequence[int]],
        tokenizer: Tokenizer,
        encoded: Any,
    ) -> list[list[Heard]]:
        """The words of each text with their times.

        faster-whisper corrects such times by the lengths of the words around, and from one
        window of a batch to the next; here the detected speech does that (``words.place``).
        """
        if not any(texts):
            return [[] for _ in texts]
        frames = [
            ceil(len(sound.samples) / self._model.feature_extractor.hop_length) for sound in sounds
        ]
        words = []
        for aligned in self._model.find_alignment(tokenizer, texts, encoded, frames):
            merge_punctuations(aligned, OPENING, CLOSING)
            words.append(
                [
                    Heard(
                        word["word"],
                        float(word["start"]),
                        float(word["end"]),
                        float(word["probability"]),
                    )
                    for word in aligned
                    if word["word"]
                ]
            )
        return words

    def _careful(self, sound: Sound, language: str) -> Decoded:
        decoded = self._sequential(sound, language, **SECOND)
        if Doubt.REPEATS in doubts(decoded, sound.speech):
            decoded = self._sequential(sound, language, **THIRD)
        return decoded

    def _sequential(self, sound: Sound, language: str, **options: Any) -> Decoded:
        """One pass with time stamps; segments that the model itself does not believe are left."""
        segments, _ = self._model.transcribe(
            sound.samples,
            language=language,
            beam_size=CAREFUL_BEAM,
            temperature=0.0,
            max_new_tokens=sound.tokens,
            word_timestamps=True,
            condition_on_previous_text=False,
            vad_filter=False,
            **options,
        )
        enough = (sound.speech[-1][1] if sound.speech else 0.0) - TAIL
        words: list[Heard] = []
        logprobs: list[float] = []
        silences: list[float] = []
        for segment in segments:
            if segment.avg_logprob >= MIN_LOGPROB and compression(segment.text) <= MAX_COMPRESSION:
                for word in segment.words or ():
                    words.append(Heard(word.word, word.start, word.end, float(word.probability)))
                    logprobs.append(segment.avg_logprob)
                    silences.append(segment.no_speech_prob)
            if segment.end >= enough:
                break
        if not words:
            return Decoded((), 0.0, 1.0)
        return Decoded(tuple(words), float(np.mean(logprobs)), float(np.mean(silences)))


def _logprob(result: Any) -> float:
    """The mean logarithm of a token's probability: CTranslate2's mean leaves out the end token."""
    length = len(result.sequences_ids[0])
    return float(result.scores[0]) * length / (length + 1)
