"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from forge.config import Settings
from forge.errors import ForgeError
from forge.layout.presets import named


def chosen_presets(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Each preset once, in order: the option may be repeated, and may hold a list.

    Raises click.BadParameter for a name that is no preset.
    """
    words = [word.strip() for text in given for word in text.split(",")]
    try:
        return tuple(dict.fromkeys(named(word) for word in words))
    except ForgeError as error:
        raise click.BadParameter(f"{error.message} {error.hint}") from None


def chosen_settings(**given: Any) -> Settings:
    """The settings: what the command line gave, over the environment, over the defaults.

    An option that is None was not given. Raises click.UsageError in words for a bad value.
    """
    try:
        chosen = {name: value for name, value in given.items() if value is not None}
        settings = Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise click.UsageError(f"the setting {name}: {first['msg']}") from None
    return settings.model_copy(update={"data": settings.data.expanduser().absolute()})


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder. [default: your user data folder]",
)
FILE = click.Path(dir_okay=False, path_type=Path)
facecam_option = click.option(
    "--facecam",
    metavar="X,Y,W,H|auto",
    help="Where the facecam is, in fractions of the picture, or auto to take the one that is "
    "found: clips then show it on top.",
)
