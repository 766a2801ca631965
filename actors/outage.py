"""Outages of the disk: they pass, so whoever can wait goes on afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from forge.errors import ForgeError
from forge.store.faults import PASSING

log = logging.getLogger("forge")


@contextmanager
def passing(what: str) -> Iterator[None]:
    """Goes on after a block that met a full or failing disk; ``what`` is said in the log.

    The rest of the block is left out. Nothing is lost by that when each of its transactions can
    come again.
    """
    try:
        yield
    except ForgeError as error:
        if error.code not in PASSING:
            raise
        log.warning("%s: %s", what, error)
