"""What lies in a data folder, compared with what an undisturbed run has left in its own."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The fields of a clip that say what it is; the others are random names and times.
_CLIP = "rev, start_s, end_s, title, score, reasons, parts, zones, layout, captions, cuts, state"


@dataclass(frozen=True)
class Run:
    """A data folder's artifacts by digest, and the lasting part of its database."""

    files: dict[str, str]
    unfinished: list[str]
    whole: bool
    jobs: list[tuple[Any, ...]]
    steps: dict[str, Any]
    clips: list[tuple[Any, ...]]
    completions: int
    keys: dict[str, str]
    """The artifact key of each step."""
    seconds: dict[str, float]
    """How long each step took."""
    length: dict[str, float]
    """How many seconds of source each step reads: the recording's, or the clip's."""

    @classmethod
    def read(cls, data: Path) -> Run:
        """Reads a folder on which no FORGE runs."""
        root = data / "artifacts"
        files = {
            str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in root.rglob("*")
            if file.is_file()
        }
        unfinished = [
            str(path.relative_to(data))
            for folder in ("staging", "checkpoints", "children")
            for path in (data / folder).iterdir()
        ]
        with closing(sqlite3.connect(data / "forge.db")) as db:
            db.row_factory = sqlite3.Row
            steps = db.execute("SELECT * FROM step").fetchall()
            found = db.execute("SELECT probe ->> '$.duration' FROM vod").fetchone()
            duration = float(found[0] or 0) if found else 0.0
            clip = db.execute(f"SELECT {_CLIP} FROM clip ORDER BY score DESC, start_s").fetchall()
            lengths = {row["name"]: duration for row in steps}
            if "render" in lengths:
                lengths["render"] = clip[0]["end_s"] - clip[0]["start_s"]
            return cls(
                files=files,
                unfinished=unfinished,
                whole=db.execute("PRAGMA integrity_check").fetchone()[0] == "ok",
                jobs=sorted(map(tuple, db.execute("SELECT type, status, result FROM job"))),
                steps={
                    row["name"]: (row["status"], row["artifacts"], row["result"]) for row in steps
                },
                clips=[tuple(row) for row in clip],
                completions=db.execute(
                    "SELECT count(*) FROM event WHERE type = 'JOB_COMPLETED'"
                ).fetchone()[0],
                keys={
                    row["name"]: next(iter(json.loads(row["artifacts"]).values()), "")
                    for row in steps
                },
                seconds={row["name"]: row["seconds"] or 0.0 for row in steps},
                length=lengths,
            )

    def faults_midway(self, usual: Run) -> Counter[str]:
        """What is wrong in a folder whose server was just killed. Every count should be 0."""
        return Counter(
            {
                "damaged databases": int(not self.whole),
                "half files": sum(usual.files.get(name) != sha for name, sha in self.files.items()),
                "duplicate jobs": max(0, len(self.jobs) - 3),
                "duplicate completions": max(0, self.completions - len(self.jobs)),
            }
        )

    def different(self, usual: Run) -> set[str]:
        """The artifacts that are not what they are in the undisturbed run."""
        names = self.files.keys() | usual.files.keys()
        return {name for name in names if self.files.get(name) != usual.files.get(name)}

    def faults_at_end(self, usual: Run) -> Counter[str]:
        """What is wrong in a folder whose run is done. Every count should be 0."""
        return Counter(
            {
                "damaged databases": int(not self.whole),
                "artifacts that differ": len(self.different(usual)),
                "files of unfinished work left": len(self.unfinished),
                "jobs that differ": int(self.jobs != usual.jobs),
                "steps that differ": sum(
                    self.steps.get(name) != row for name, row in usual.steps.items()
                ),
                "clips that differ, lost edits": int(self.clips != usual.clips),
                "duplicate completions": abs(self.completions - usual.completions),
            }
        )
