"""``forge jobs``: the job table in a terminal, from the running FORGE or from the database."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from actors.client import Client
from actors.door import is_free, server_note
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library
from forge.store import jobs
from forge.store.connection import open_database, transaction

_COLOURS = {"completed": "green", "failed": "red", "processing": "cyan", "cancelled": "yellow"}


async def fetch_jobs(settings: Settings) -> list[dict[str, Any]]:
    """All jobs with their steps, the newest first."""
    library = Library(settings.data)
    if is_free(library):
        db = open_database(library.database)
        try:
            with transaction(db):
                return [job.model_dump(mode="json") for job in jobs.listing(db)]
        finally:
            db.close()
    note = server_note(library)
    if note is None:
        raise ForgeError("already_running", f"Another FORGE command is using {settings.data}.")
    certificate = note.get("certificate")
    async with Client.connect(note["url"], library.secret(), certificate) as client:
        found: list[dict[str, Any]] = (await client.get("/api/jobs"))["jobs"]
        return found


def print_jobs(found: list[dict[str, Any]], console: Console) -> None:
    """A table of jobs; says so when there are none."""
    if not found:
        console.print("No jobs yet. Start with `forge clip VIDEO` or `forge run`.")
        return
    table = Table("Job", "Type", "State", "Step", "Done", "Started", "What happened")
    for job in found:
        colour = _COLOURS.get(job["status"], "white")
        error = job["error"]["message"] if job["error"] else ""
        table.add_row(
            job["id"][:8],
            job["type"],
            f"[{colour}]{job['status']}[/]",
            job["step"] or "",
            f"{job['progress']:.0f}%",
            time.strftime("%Y-%m-%d %H:%M", time.localtime(job["created_at"])),
            escape(error),
        )
    console.print(table)
