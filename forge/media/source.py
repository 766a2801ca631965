"""Recordings as files: the checks before an import, and the fast identity of their bytes."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from forge.errors import ForgeError

HEAD_BYTES = 16 * 1024 * 1024
TAIL_BYTES = 1024 * 1024


def check_source(path: Path) -> int:
    """The size in bytes of a regular, readable, non-empty file. Raises ForgeError otherwise.

    What is inside is for the probe to judge.
    """
    shown = str(path)
    if any("\ud800" <= character <= "\udfff" for character in shown):
        # The job table, JSON and every reply are UTF-8; such a name can be in none of them.
        raise ForgeError(
            "bad_file_name",
            f"The name of {shown.encode('utf-8', 'replace').decode()} is not text in UTF-8.",
            hint="Rename the file, then import it.",
        )
    try:
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            raise ForgeError(
                "not_a_file",
                f"{shown} is a folder, not a recording.",
                hint="Name the video file inside it.",
            )
        if not stat.S_ISREG(state.st_mode):
            raise ForgeError("not_a_file", f"{shown} is not a regular file.")
        if state.st_size == 0:
            raise ForgeError(
                "empty_file",
                f"{shown} is empty (0 bytes).",
                hint="The recording or its copy never finished; copy or record it again.",
            )
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        raise ForgeError(
            "no_such_file",
            f"There is no file {shown}.",
            hint="Check the name, and that the disk it is on is connected.",
        ) from None
    except PermissionError:
        raise ForgeError(
            "no_permission",
            f"{shown} cannot be read: permission denied.",
            hint="Allow reading for the user that runs FORGE.",
        ) from None
    except (OSError, ValueError) as error:
        raise ForgeError("unreadable", f"{shown} cannot be read: {error}.") from error
    return state.st_size


def check_unchanged(path: Path, size: int) -> None:
    """Raises ForgeError when an imported recording is gone, or is no longer ``size`` bytes long.

    Only its length is looked at, which costs nothing: whoever goes on recording, or records
    over it, changes that.
    """
    error = lost(path)
    if error is not None:
        raise error
    if path.stat().st_size != size:
        raise ForgeError(
            "source_changed",
            f"The recording has changed since it was imported: {path}.",
            hint="If it was still being recorded, wait until it is finished and import it again;"
            " if another one was saved in its place, import that.",
        )


def lost(path: Path) -> ForgeError | None:
    """Why a recording that was imported can no longer be read; None when it can."""
    try:
        check_source(path)
    except ForgeError as error:
        if error.code != "no_such_file":
            return error
        return ForgeError(
            "source_gone",
            f"The recording is no longer where it was: {path}.",
            hint="Put it back there, or connect the disk it is on, then try again: what is done"
            " already is kept.",
        )
    return None


def fingerprint(path: Path) -> str:
    """The identity of a recording: SHA-256 over its size, its first 16 MB and its last 1 MB.

    Reads at most 17 MB however long the file is. Two recordings cut from one remuxed file share
    a beginning, but not their size and their end.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = file.seek(0, 2)
        digest.update(size.to_bytes(8, "big"))
        file.seek(0)
        digest.update(file.read(HEAD_BYTES))
        file.seek(max(HEAD_BYTES, size - TAIL_BYTES))
        digest.update(file.read(TAIL_BYTES))
    return digest.hexdigest()
