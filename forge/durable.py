"""Writing what survives a power loss, and the words for a disk that refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from forge.confinement import output_too_large
from forge.errors import ForgeError


def fsync_directory(path: Path) -> None:
    """Makes a rename or a new name in ``path`` survive a power loss, where the system can."""
    if os.name == "nt":
        return  # Windows can't open a directory; NTFS journals names by itself.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_file(path: Path) -> None:
    """Makes a file's bytes survive a power loss."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def disk_error(error: OSError) -> ForgeError:
    """An operating system's refusal to write, in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ForgeError(
            "disk_full",
            "The disk is full.",
            hint="Free some space on the disk of the data folder, then try again.",
            permanent=False,
        )
    if error.errno == errno.EFBIG:
        return output_too_large()
    return ForgeError(
        "disk_error",
        f"Writing to the data folder failed: {error.strerror or error}.",
        hint="Check the disk and the permissions of the data folder, then try again.",
        permanent=False,
    )
