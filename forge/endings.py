"""How a command ends when something went wrong: words on stderr, and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from forge import exits
from forge.errors import ForgeError

err = Console(stderr=True, highlight=False)


def fail(error: ForgeError) -> NoReturn:
    """Ends the process with one line, which says what, why and what to do, and the error's code."""
    message, hint = escape(error.message), escape(error.hint)
    err.print(f"[bold red]forge:[/] {message} [dim]{hint}[/]", soft_wrap=True)
    sys.exit(exits.exit_code(error.code))


def end(error: BaseException) -> NoReturn:
    """Ends the process as what was raised asks for.

    A group counts as what is in it, however deep. An interrupt wins; errors in words end as
    :func:`fail` says; anything else is a fault in FORGE, and its traceback is shown.
    """
    causes = list(_leaves(error))
    if any(isinstance(each, KeyboardInterrupt) for each in causes):
        err.print("Stopped. Run the same command again: finished steps are not done again.")
        sys.exit(exits.INTERRUPTED)
    if any(not isinstance(each, Exception) for each in causes):
        raise error
    first = causes[0]
    if isinstance(first, ForgeError) and all(isinstance(each, ForgeError) for each in causes):
        fail(first)
    err.print(escape("".join(traceback.format_exception(error))), soft_wrap=True)
    err.print("[bold red]forge:[/] This is a fault in FORGE; what stands above says where.")
    sys.exit(exits.INTERNAL)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error
