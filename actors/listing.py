"""``forge jobs``: the job table in a terminal, from the running FORGE or from the database."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from actors.client import Client
from actors.door import locked, server_note
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library
from forge.store import jobs, projects
from forge.store.connection import open_database, transaction

_COLOURS = {"completed": "green", "failed": "red", "processing": "cyan", "cancelled": "yellow"}


async def fetch_jobs(settings: Settings) -> list[dict[str, Any]]:
    """All jobs with their steps, the newest first; ``recording`` is the name of theirs."""
    library = Library(settings.data)
    with locked(library) as free:
        if free:
            return _read(library)
    note = server_note(library)
    if note is None:
        raise ForgeError(
            "already_running",
            f"Another FORGE command is using {settings.data}.",
            hint="Wait until it has ended.",
        )
    certificate = note.get("certificate")
    async with Client.connect(note["url"], library.secret(), certificate) as client:
        found = (await client.get("/api/jobs"))["jobs"]
        return _named(found, (await client.get("/api/projects"))["projects"])


def _read(library: Library) -> list[dict[str, Any]]:
    with closing(open_database(library.database)) as db, transaction(db):
        found = [job.model_dump(mode="json") for job in jobs.listing(db)]
        known = [each.model_dump(mode="json") for each in projects.listing(db)]
        return _named(found, known)


def _named(found: list[dict[str, Any]], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Jobs with the names of their recordings; one that was deleted meanwhile has none."""
    names = {vod["id"]: vod["name"] for project in known for vod in project["vods"]}
    return [{**job, "recording": names.get(job["vod_id"], "")} for job in found]


def print_jobs(found: list[dict[str, Any]], console: Console) -> None:
    """A table of jobs; says so when there are none."""
    if not found:
        console.print("No jobs yet. Start with `forge clip VIDEO` or `forge run`.")
        return
    table = Table("Recording", "Job", "State", "Step", "Done", "Asked for", "What happened")
    for job in found:
        colour = _COLOURS.get(job["status"], "white")
        error = job["error"]["message"] if job["error"] else ""
        table.add_row(
            escape(job["recording"]),
            f"{job['type']} [dim]{job['id'][:8]}[/]",
            f"[{colour}]{job['status']}[/]",
            job["step"] or "",
            f"{job['progress']:.0f}%",
            time.strftime("%Y-%m-%d %H:%M", time.localtime(job["created_at"])),
            escape(error),
        )
    console.print(table)
