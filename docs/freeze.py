"""Writes constraints.txt: the exact versions that a fresh install of everything took.

Versions only, no addresses: whoever installs takes them from their own index.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

OURS = {"forge-clips"}
TARGET = Path(__file__).parent.parent / "constraints.txt"


def main() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=freeze", "--exclude-editable"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    pins = [line for line in listed if line.split("==")[0].lower() not in OURS | {"pip"}]
    head = [
        "# Versions that were tested together; written by `tox -e constraints`.",
        f"# Python {platform.python_version()}, {platform.system()} {platform.machine()}.",
    ]
    TARGET.write_text("\n".join([*head, *sorted(pins, key=str.lower)]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
