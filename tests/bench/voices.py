"""eSpeak NG with the time of every word.

It tells where each word begins in the samples that it gives out, so a reference made with it is
exact to the voice's own frame (about 10 ms), with no aligner between. FORGE's own voice does
not need those times; that is why this asks the library itself.
"""

from __future__ import annotations

import ctypes
import re

import numpy as np
from numpy.typing import NDArray

from forge.media import voice

RATE = 16_000
Sound = NDArray[np.float32]
#: What eSpeak NG calls the voices that speak here.
VOICES = ("en-us+m3", "en-us+f3")


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """``espeak_EVENT`` of eSpeak NG's speak_lib.h; type 1 is the begin of a word, 0 the end."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


def say(text: str, name: str, speed: int) -> tuple[Sound, list[tuple[str, float | None]]]:
    """``text`` at 16 kHz, and its words with the second in which each begins.

    Some small words run into their neighbour (``so much``): the second one has no time then.
    """
    library, rate = voice._library()
    library.espeak_SetVoiceByName(name.encode())
    library.espeak_SetParameter(1, speed, 0)
    pieces: list[Sound] = []
    starts: dict[int, float] = {}

    def collect(samples: ctypes.Array[ctypes.c_short], count: int, events: list[_Event]) -> int:
        if samples and count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float32) / 32768)
        index = 0
        while events[index].type:
            event = events[index]
            if event.type == 1:
                starts[event.text_position - 1] = event.sample / rate
            index += 1
        return 0

    callback = _CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
    library.espeak_Synchronize()
    sound = np.concatenate(pieces)
    length = round(len(sound) * RATE / rate)
    # Band-limited resampling: the lower part of the spectrum, back in fewer samples.
    bins = np.fft.rfft(sound)[: length // 2 + 1]
    return np.asarray(np.fft.irfft(bins, length) * length / len(sound), np.float32), [
        (word[0], starts.get(word.start())) for word in re.finditer(r"[\w']+", text)
    ]
