"""A small disk of a test's own, a recording, and a hook by which a step meets the disk full."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from forge.config import Settings
from forge.library import Library

#: The disk's size. The database's log alone takes 4 MiB.
SIZE = "40m"
#: Bytes that are left to steps with large outputs, so that they fail in the middle of a file.
LEFT = {"audio": 100_000, "proxy": 60_000, "render": 100_000}

HOOK = """
import os, sys
sys.path.insert(0, {root!r})
with open({armed!r}) as armed:
    step, left, disk = armed.read().split("\\n")
if sys.orig_argv[-2:] == ["forge.steps", step]:
    from tests.crash.filling import fill
    fill(disk, int(left))
sys.path.pop(0)
"""


class Scene:
    """The disk, the recording, and the hook that every child runs as it starts."""

    def __init__(self, video: Path, folder: Path) -> None:
        self.video = video
        self.disk = folder / "disk"
        self.disk.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(self.disk)], check=True
        )
        # The last byte is to be met by the step, so nothing is to be refused before it starts.
        self.settings = Settings(data=self.disk / "data", min_free=0)
        self.library = Library(self.settings.data)
        self.armed = folder / "armed"
        hook = folder / "hook" / "sitecustomize.py"
        hook.parent.mkdir()
        root = str(Path(__file__).parents[2])
        hook.write_text(HOOK.format(root=root, armed=str(self.armed)))
        inherited = os.environ.get("PYTHONPATH")
        self.environment = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(hook.parent), inherited)))
        }
        self.arm("")

    def arm(self, step: str) -> None:
        self.armed.write_text(f"{step}\n{LEFT.get(step, 0)}\n{self.disk}")

    def forget(self, step: str) -> None:
        """Takes a step's result away, as if it had never been: a job has to do it again."""
        with closing(sqlite3.connect(self.library.database)) as db, db:
            rows = db.execute("SELECT key FROM outcome WHERE step = ?", (step,)).fetchall()
            db.execute("DELETE FROM outcome WHERE step = ?", (step,))
        for (key,) in rows:
            shutil.rmtree(self.library.artifact(key))
