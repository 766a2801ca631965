"""The command line for tests: how it is run, and recordings to give to it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from forge.media.ffmpeg import binary

#: Runs FORGE's command with words, and environment variables by name, until it ends.
Run = Callable[..., subprocess.CompletedProcess[str]]
SOUND = ("-f", "lavfi", "-i", "sine=440:duration=2")
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=2")


def ffmpeg(*arguments: object) -> None:
    command = [binary(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)
