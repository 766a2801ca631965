"""``forge clip``: from a recording to clips, as a client of the API.

When a FORGE runs on the data folder, it is used; otherwise one is started inside the command.
Either way the same routes do the same work, so the command line can do nothing of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console

from actors.client import Client, ServerError
from actors.door import is_free, occupy, server_note
from actors.following import Bars, follow
from actors.telling import Written, print_facecam, print_notes
from forge.config import Settings
from forge.errors import ForgeError
from forge.library import Library
from forge.media.source import check_source
from forge.model import AUTO, FacecamChoice, Rect


@dataclass(frozen=True)
class Wish:
    """What the command was asked for."""

    video: Path
    out: Path
    top: int
    chat: Path | None
    presets: Sequence[str]
    title: str | None = None
    facecam: FacecamChoice | None = None


def check_wish(wish: Wish) -> None:
    """Raises ForgeError for what can be known before any work: input files, output folder."""
    check_source(wish.video)
    if wish.chat is not None:
        check_source(wish.chat)
    check_output(wish.out)


def check_output(folder: Path) -> None:
    """Makes the output folder and proves that it can be written. Raises ForgeError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".forge-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ForgeError(
            "out_unwritable",
            f"The output folder {folder} cannot be written: {error.strerror}.",
            hint="Choose another one with --out.",
        ) from error


@asynccontextmanager
async def reach(settings: Settings) -> AsyncIterator[Client]:
    """A client of the FORGE on this data folder: the running one, or one inside this process.

    The running one goes on when the block is interrupted, so Ctrl+C is a ForgeError that says so.
    """
    library = Library(settings.data)
    if is_free(library):
        async with (
            occupy(settings.for_this_machine_only(), port=0) as (_, url),
            Client.connect(url, library.secret()) as client,
        ):
            yield client
        return
    note = server_note(library)
    if note is None:
        raise ForgeError(
            "already_running",
            f"Another FORGE command is using {settings.data}.",
            hint="Wait until it has ended, or choose another folder with --data.",
        )
    certificate = note.get("certificate")
    async with Client.connect(note["url"], library.secret(), certificate) as client:
        try:
            yield client
        except* KeyboardInterrupt:
            raise ForgeError(
                "left_running",
                f"Stopped waiting. The FORGE at {note['url']} goes on with the work.",
                hint="Cancel it in its studio, or run the same command again to fetch the clips.",
            ) from None


async def make_clips(client: Client, wish: Wish, console: Console) -> list[Written]:
    """Imports, analyzes and exports; returns the clips that were written, the best first.

    Raises ForgeError with the cause when a job fails.
    """

    async def fetch(job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = await client.get(f"/api/jobs/{job_id}")
        return job

    async with client.events() as events:
        await anext(events)
        with Bars(console) as bars:
            project_id, jobs = await _import(client, wish, console)
            async with aclosing(while_chat_fits(client, jobs, events)) as told:
                analysed = await follow(told, jobs, bars, fetch)
            _raise_first_failure(analysed)
            print_notes(analysed.values(), console)
            if wish.facecam == AUTO:
                print_facecam(analysed.values(), console)
            found = (await client.get(f"/api/projects/{project_id}/clips"))["clips"]
            chosen = found[: wish.top]
            exports = []
            for rank, clip in enumerate(chosen, 1):
                answer = await client.post(
                    f"/api/clips/{clip['id']}/exports", {"presets": list(wish.presets)}
                )
                bars.name(answer["job"]["id"], f"Rendering clip {rank}")
                exports.append(answer["job"])
            ended = await follow(events, exports, bars, fetch)
            _raise_first_failure(ended)
    written = []
    for rank, (clip, export) in enumerate(zip(chosen, exports, strict=True), 1):
        written.append(await _fetch(client, wish.out, rank, clip, ended[export["id"]]))
    return written


async def while_chat_fits(
    client: Client, jobs: Sequence[Mapping[str, Any]], events: AsyncIterator[dict[str, Any]]
) -> AsyncGenerator[dict[str, Any]]:
    """The events, while the chats of the recordings that ``jobs`` are about may be their own.

    Raises ``bad_chat`` as soon as a recording's length shows that it has another one's; its jobs
    would say so themselves, hours later.
    """
    vods = {job["project_id"]: job["vod_id"] for job in jobs}
    async for event in events:
        if event["type"] == "PROJECT_CHANGED" and event["id"] in vods:
            for vod in (await client.get(f"/api/projects/{event['id']}"))["vods"]:
                if vod["id"] == vods[event["id"]] and vod["chat_error"] is not None:
                    raise ForgeError.from_json(vod["chat_error"])
        yield event


async def _import(client: Client, wish: Wish, console: Console) -> tuple[str, list[dict[str, Any]]]:
    body: dict[str, Any] = {"path": str(wish.video.resolve())}
    if wish.chat is not None:
        body["chat"] = str(wish.chat.resolve())
    if wish.title is not None:
        body["title"] = wish.title
    facecam = wish.facecam.model_dump() if isinstance(wish.facecam, Rect) else wish.facecam
    body["facecam"] = facecam
    try:
        # Another chat makes other clips, so it makes another project; the rest is reused.
        force = {"force": "true"} if wish.chat is not None else {}
        answer = await client.post("/api/projects", body, **force)
        return answer["project"]["id"], answer["jobs"]
    except ServerError as error:
        if error.code != "duplicate_source":
            raise
        project_id = error.answer["project_id"]
    console.print("[dim]This recording is in the library: finished steps are not done again.[/]")
    jobs = []
    for kind in ("ingest", "analyze"):
        again = {"type": kind, "project_id": project_id, "payload": {"facecam": facecam}}
        answer = await client.post("/api/jobs", again)
        jobs.append(answer["job"])
    return project_id, jobs


def _raise_first_failure(jobs: dict[str, dict[str, Any]]) -> None:
    failed = [job for job in jobs.values() if job["status"] == "failed"]
    # The cause, not the jobs that failed because of it.
    failed.sort(key=lambda job: job["error"]["code"] == "upstream_failed")
    if failed:
        raise ForgeError.from_json(failed[0]["error"])
    if any(job["status"] == "cancelled" for job in jobs.values()):
        raise ForgeError(
            "cancelled",
            "The job was cancelled.",
            hint="Run the same command again: finished steps are not done again.",
        )


async def _fetch(
    client: Client, out: Path, rank: int, clip: dict[str, Any], job: dict[str, Any]
) -> Written:
    paths = []
    for preset, name in job["payload"]["names"].items():
        source = f"/api/exports/{job['id']}/file?preset={quote(preset)}&kind="
        target = out / f"{rank:02} {name}.mp4"
        await client.save(source + "mp4", target)
        if "clip.srt" in job["steps"][0]["artifacts"]:
            await client.save(source + "srt", target.with_suffix(".srt"))
        paths.append(target)
    result = job["result"]["render"]
    return Written(paths, clip["start"], clip["end"], clip["score"], clip["reasons"], result)
