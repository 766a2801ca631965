"""Speech for the demo recording, by eSpeak NG, when the package ``espeakng-loader`` is there.

The library (GPL-3) is loaded at run time from that package and only for the demo; nothing else
of FORGE speaks.
"""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[np.float32]]

# From eSpeak NG's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def available() -> bool:
    """Whether speech can be made here."""
    return importlib.util.find_spec("espeakng_loader") is not None


def speak(
    text: str, *, voice: str = "en-us", rate: int = 165, pitch: int = 50, liveliness: int = 50
) -> tuple[Samples, int]:
    """Mono samples in -1 to 1, and their rate in hertz (22050).

    ``voice`` is a name of eSpeak NG, a variant after a plus (``en-us+f3``); ``rate`` is words
    a minute, ``pitch`` and ``liveliness`` (pitch range) 0 to 100. The same texts in the same
    order give the same samples. Raises OSError when the library does not load and ValueError
    for an unknown voice. Not thread-safe: the library has one voice at a time.
    """
    library, sample_rate = _library()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError(f"eSpeak NG has no voice {voice!r}")
    for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, liveliness)):
        library.espeak_SetParameter(parameter, value, 0)
    # On waking up the library sets the chance of its breath by the clock.
    library.espeak_ng_SetRandSeed(1)
    pieces: list[Samples] = []

    def collect(wave: Any, count: int, _events: Any) -> int:
        if wave and count > 0:
            pieces.append(
                np.ctypeslib.as_array(wave, (count,)).astype(np.float32) / np.float32(32768)
            )
        return 0

    callback = _CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return (np.concatenate(pieces) if pieces else np.zeros(0, np.float32)), sample_rate


@cache
def _library() -> tuple[Any, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    sample_rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT)
    if sample_rate <= 0:
        raise OSError("eSpeak NG did not start")
    library.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    return library, int(sample_rate)
