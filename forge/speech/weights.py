"""Finding the model files that come inside Python packages, and checking what they are."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from forge.errors import ForgeError


def package_file(package: str, name: str) -> Path | None:
    """The path of a file that a package ships, or None. The package is not imported.

    ``name`` is relative to the package's folder, with forward slashes.
    """
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, name)
        if path.is_file():
            return path
    return None


@cache
def verify(path: Path, sha256: str) -> Path:
    """Returns ``path`` when the file has this SHA-256 (64 hex digits); reads it only once.

    Weight files are code to those who load them: a file that is not the pinned one is refused
    with ForgeError ``model_damaged``.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ForgeError(
            "model_damaged",
            f"The model file {path.name} is not the one that FORGE was made for: it is damaged, "
            "or another version of its package is installed.",
            hint="Reinstall FORGE together with its dependencies.",
        )
    return path
