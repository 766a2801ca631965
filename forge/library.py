"""Files on disk: from ids and keys to paths, and from staged files to artifacts.

Only this module builds paths in the data folder. An artifact directory appears whole or not at
all: a step writes into a staging directory, :meth:`Library.commit` flushes every file to the
disk and renames the directory into its place.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from forge import failpoints, manifest
from forge.durable import disk_error, fsync_directory, fsync_file
from forge.errors import ForgeError
from forge.holds import Holds

Shelf = Literal["artifacts", "checkpoints", "staging", "uploads"]

_KEY = re.compile(r"[0-9a-f]{32}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]{2,6}")
#: What the step said, beside its files: whoever finds the files later has its words, too.
_SAID = "result.json"
_NOTES = {_SAID, manifest.NAME}


class Library:
    """The data folder. Every method refuses ids, keys and names of the wrong form."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "forge.db"
        self.lock = root / "forge.lock"
        self.token = root / "token"
        self.server = root / "server.json"
        self.uploads = root / "uploads"
        self.children = root / "children"
        self._artifacts = root / "artifacts"
        self._staging = root / "staging"
        self._checkpoints = root / "checkpoints"
        self.holds = Holds()
        """What is in use right now: artifacts' keys, uploads' ids, staging directories' names."""

    def prepare(self) -> None:
        """Makes the folders. Raises ForgeError when the data folder can't be written."""
        try:
            for path in (
                self._artifacts,
                self._staging,
                self._checkpoints,
                self.uploads,
                self.children,
            ):
                path.mkdir(parents=True, exist_ok=True)
            if os.name != "nt":
                self.root.chmod(0o700)
        except OSError as error:
            raise ForgeError(
                "data_unwritable",
                f"The data folder {self.root} cannot be used: {error.strerror}.",
                hint="Choose another one with --data, or fix its permissions.",
            ) from error

    def secret(self) -> str:
        """The access token of this data folder, made at the first call, readable by its owner.

        Raises ForgeError when it can't be written.
        """
        with suppress(FileNotFoundError):
            token = self.token.read_text("ascii").strip()
            if len(token) >= 32:
                return token
        token = secrets.token_urlsafe(32)
        part = self.token.with_suffix(".part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            with os.fdopen(os.open(part, flags, 0o600), "w") as file:
                file.write(token)
            part.replace(self.token)
        except OSError as error:
            raise disk_error(error) from error
        return token

    def artifact(self, key: str) -> Path:
        """The directory of a step's artifacts, whether it exists or not."""
        _check(_KEY, key, "key")
        return self._artifacts / key[:2] / key

    def file(self, key: str, name: str) -> Path:
        """One artifact's path."""
        _check(_NAME, name, "artifact name")
        return self.artifact(key) / name

    def files(self, key: str, expected: Collection[str] = ()) -> tuple[str, ...] | None:
        """The names of the committed artifacts under a key; None when they have to be made.

        That is so when there are none yet, when one of the ``expected`` is not there, and when
        one has another size than it was committed with (see :mod:`forge.manifest`).
        """
        directory = self.artifact(key)
        if not directory.is_dir() or manifest.damaged(directory):
            return None
        names = set(os.listdir(directory)) - _NOTES
        return None if set(expected) - names else tuple(sorted(names))

    def check(self, inputs: Mapping[str, str]) -> None:
        """Raises ForgeError when a file is not as it was committed; ``inputs`` is name to key."""
        for name, key in inputs.items():
            lost = manifest.damaged(self.artifact(key))
            if name in lost or not self.file(key, name).is_file():
                raise _damaged(name)

    def said(self, key: str) -> dict[str, Any]:
        """The result of the step that made the artifacts under a key; empty when unknown."""
        try:
            said = self.read_json(key, _SAID)
        except (FileNotFoundError, ForgeError):
            return {}
        return said if isinstance(said, dict) else {}

    def touch(self, key: str) -> None:
        """Marks artifacts as used just now; the caller holds the key."""
        os.utime(self.artifact(key))

    def read_json(self, key: str, name: str) -> Any:
        """A JSON artifact's content.

        Raises FileNotFoundError when it was never made, ForgeError when it is no JSON any more.
        """
        try:
            return json.loads(self.file(key, name).read_text("utf-8"))
        except ValueError:
            raise _damaged(name) from None

    @staticmethod
    def staging_name(job_id: str, step: str, attempt: int) -> str:
        """What an attempt holds, so that nobody sweeps its staging directory."""
        _check(_ID, job_id, "job id")
        return f"{job_id}.{step}.{attempt}"

    def stage(self, job_id: str, step: str, attempt: int) -> Path:
        """A new, empty directory for one attempt at one step."""
        path = self._staging / self.staging_name(job_id, step, attempt)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def checkpoint(self, key: str) -> Path:
        """The directory in which attempts at one artifact leave what the next one can use."""
        _check(_KEY, key, "key")
        path = self._checkpoints / key
        path.mkdir(parents=True, exist_ok=True)
        return path

    def half_done(self, key: str) -> Path:
        """Where :meth:`checkpoint` is or would be: for looking, not for writing."""
        _check(_KEY, key, "key")
        return self._checkpoints / key

    def commit(
        self,
        staged: Path,
        key: str,
        expected: Collection[str],
        said: Mapping[str, Any] | None = None,
        *,
        step: str = "",
    ) -> tuple[str, ...]:
        """Turns a staged directory into the artifacts under ``key``; returns their names.

        ``said`` is the step's own result, kept for :meth:`said`; ``step`` names failpoints.

        Safe at any instant: before the rename nothing is visible, after it everything is. When
        another attempt was faster, its artifacts stay and these are dropped; damaged ones are
        replaced. Raises ForgeError when an expected file is missing or the disk is full.
        """
        names = sorted(os.listdir(staged))
        missing = sorted(set(expected) - set(names))
        if missing:
            raise ForgeError(
                "output_missing", f"The step ended without writing {', '.join(missing)}."
            )
        target = self.artifact(key)
        try:
            for name in names:
                _check(_NAME, name, "artifact name")
                fsync_file(staged / name)
            if said is not None:
                (staged / _SAID).write_text(json.dumps(said, allow_nan=False), "utf-8")
                fsync_file(staged / _SAID)
            manifest.write_manifest(staged, os.listdir(staged))
            fsync_directory(staged)
            target.parent.mkdir(parents=True, exist_ok=True)
            fsync_directory(self._artifacts)
            failpoints.reach("flushed", step)
            if self.files(key, expected) is None:
                self._clear(target)
                staged.rename(target)
                fsync_directory(target.parent)
            self.touch(key)
            failpoints.reach("renamed", step)
        except OSError as error:
            raise disk_error(error) from error
        shutil.rmtree(staged, ignore_errors=True)
        shutil.rmtree(self._checkpoints / key, ignore_errors=True)
        return tuple(names)

    def _clear(self, target: Path) -> None:
        """Takes damaged artifacts out of the way of new ones."""
        trash = self.trash()
        with suppress(FileNotFoundError):
            target.rename(trash)
            shutil.rmtree(trash, ignore_errors=True)

    def adopt(self, source: Path, key: str, name: str) -> None:
        """Copies a small file that a user named into the library, as the artifact ``name``.

        The caller holds the key. Raises ForgeError when the disk can't take it.
        """
        if self.files(key, [name]) is not None:
            self.touch(key)
            return
        staged = self._staging / f"adopt.{key}.{secrets.token_hex(4)}"
        try:
            staged.mkdir(parents=True)
            shutil.copyfile(source, staged / name)
            self.commit(staged, key, [name])
        except OSError as error:
            raise disk_error(error) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def discard(self, staged: Path, key: str) -> None:
        """Drops what an attempt staged; what it left at its checkpoint stays for the next one."""
        shutil.rmtree(staged, ignore_errors=True)
        with suppress(OSError):  # It is not there, or there is something in it.
            (self._checkpoints / key).rmdir()

    def shelf(self, shelf: Shelf) -> Path:
        """One of the folders that the janitor looks through."""
        return self.root / shelf

    def upload_of(self, source: str) -> str | None:
        """The id of the upload that a recording's path leads to; None for a file of the user's."""
        path = Path(source).absolute()
        ours = path.name == "data" and path.parent.parent == self.uploads.absolute()
        return path.parent.name if ours and _ID.fullmatch(path.parent.name) else None

    def trash(self) -> Path:
        """A new name for something that is to be removed; what is left of it goes at the start."""
        return self._staging / f"trash.{secrets.token_hex(8)}"

    def sweep(self) -> None:
        """Removes what attempts left behind; only while nothing runs, under the lock.

        That is all of staging, and checkpoints whose artifacts are there: a kill came between
        the rename and the removal. Other checkpoints are what the next attempt goes on from.
        """
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir(parents=True, exist_ok=True)
        for checkpoint in self._checkpoints.iterdir():
            if _KEY.fullmatch(checkpoint.name) and self.files(checkpoint.name) is not None:
                shutil.rmtree(checkpoint, ignore_errors=True)


def _damaged(name: str) -> ForgeError:
    return ForgeError(
        "artifact_damaged",
        f"The file {name} that an earlier step made is missing or damaged.",
        hint="Make it again in the studio, or retry the job: what is whole is kept, and the rest"
        " is made anew.",
    )


def _check(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise ForgeError("bad_name", f"{text[:80]!r} is no {what}.")
