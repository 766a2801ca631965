"""Jobs: the list, one, cancel, retry, and new ones on a recording that is here already."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import uuid4

import trio
from pydantic import Field
from quart import Blueprint
from quart_schema import validate_querystring, validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, now, system
from actors.api.document import answers
from actors.api.imports import job_payload, nameable
from actors.deletion import delete
from forge.edge.access import is_model_name
from forge.errors import ForgeError
from forge.jobs import RETRYABLE
from forge.library import Library
from forge.model import FacecamChoice, Job, JobStatus, JobType, Value
from forge.scoring.weights import check_weights
from forge.store import deletion, jobs, projects, renewal

routes = Blueprint("jobs", __name__)


class JobFilter(Value):
    project_id: str | None = None
    status: JobStatus | None = None
    type: JobType | None = None


class NewJobPayload(Value):
    """``model``, ``language``, ``speakers`` and ``facecam`` override the settings for this job.

    ``facecam`` ``auto`` takes the one that is found, if one is found for sure.
    ``weights`` replace single weights of the signals that a moment is scored by, 0 and up.
    """

    vod_id: str | None = None
    model: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None = None
    speakers: Annotated[int, Field(ge=1, le=50)] | None = None
    facecam: FacecamChoice | None = None
    weights: dict[str, float] | None = None


class NewJob(Value):
    type: Literal["ingest", "transcribe", "analyze"]
    project_id: str
    payload: NewJobPayload = NewJobPayload()


class JobList(Value):
    jobs: list[Job]


class JobAnswer(Value):
    job: Job


@routes.get("/api/jobs")
@validate_querystring(JobFilter)
@validate_response(JobList)
async def list_jobs(query_args: JobFilter) -> JobList:
    """Jobs with their steps, the newest first."""
    found = await system().ledger.run(
        jobs.listing,
        project_id=query_args.project_id,
        status=query_args.status,
        kind=query_args.type,
    )
    return JobList(jobs=found)


@routes.get("/api/jobs/<job_id>")
@validate_response(Job)
async def get_job(job_id: str) -> Job:
    """One job with its steps."""
    return _found(await system().ledger.run(jobs.get, checked_id(job_id, "job")))


@routes.post("/api/jobs")
@validate_request(NewJob)
@validate_response(JobAnswer, 201)
async def create_job(data: NewJob) -> tuple[JobAnswer, int]:
    """Starts another job on a project's first recording, or on the one that is named.

    Steps whose result exists already, for the same parameters, cost nothing. While a job that
    was asked for in the same words is under way, that one is the answer.
    """
    await system().janitor.admit()
    asked = data.payload
    if asked.model is not None and not is_model_name(asked.model):
        asked = asked.model_copy(update={"model": await nameable(asked.model)})
    payload = job_payload(system().settings, asked.facecam)
    for step, field, value in (
        ("transcription", "model", asked.model),
        ("transcription", "language", asked.language),
        ("diarization", "num_speakers", asked.speakers),
    ):
        if value is not None:
            payload["params"][step][field] = value
    if asked.weights is not None:
        payload["params"]["scoring"] = {"weights": check_weights(asked.weights)}
    job = await system().ledger.run(_add, data, payload, str(uuid4()), now())
    return JobAnswer(job=job), 201


def _add(
    db: sqlite3.Connection, data: NewJob, payload: dict[str, Any], job_id: str, at: float
) -> Job:
    project = projects.get(db, checked_id(data.project_id, "project"))
    if project is None:
        raise not_found("project")
    wanted = data.payload.vod_id
    vod = next((vod for vod in project.vods if wanted in (None, vod.id)), None)
    if vod is None:
        raise not_found("recording")
    known = jobs.under_way(db, vod.id, data.type, payload)
    return known or jobs.enqueue(
        db,
        job_id=job_id,
        project_id=project.id,
        vod_id=vod.id,
        kind=data.type,
        payload=payload,
        now=at,
    )


@routes.delete("/api/jobs/<job_id>")
@answers(status=204)
async def delete_job(job_id: str) -> Response:
    """Deletes a job that has ended, an export with its files; a live one has to be cancelled first.

    What the job found out about its recording stays.
    """
    job_id = checked_id(job_id, "job")
    if not await delete(system().library, system().ledger, deletion.delete_job, job_id):
        raise not_found("job")
    return Response(status=204)


@routes.post("/api/jobs/<job_id>/cancel")
@validate_response(Job)
async def cancel_job(job_id: str) -> Job:
    """Cancels a job; one that has ended stays as it is."""
    return _found(await system().supervisor.cancel(checked_id(job_id, "job")))


@routes.post("/api/jobs/<job_id>/retry")
@validate_response(Job)
async def retry_job(job_id: str) -> Job:
    """Puts a failed or cancelled job back; it goes on at the step that has no result.

    When that failed because a file of an earlier step was damaged, the file is made anew first.
    """
    before = _found(await system().ledger.run(jobs.get, checked_id(job_id, "job")))
    if before.status not in RETRYABLE:
        raise ForgeError("not_retryable", f"The job is {before.status}: there is nothing to retry.")
    taken = await system().ledger.run(renewal.inputs, job_id)
    damaged = await trio.to_thread.run_sync(_damaged, system().library, taken)
    payload = job_payload(system().settings, None)
    return _found(
        await system().ledger.run(renewal.retry, job_id, damaged, payload, _new_id, now())
    )


def _damaged(library: Library, taken: Sequence[renewal.Input]) -> set[str]:
    """The steps that made artifacts which are not as they were committed."""
    found = set()
    for each in taken:
        try:
            library.check({each.name: each.key})
        except ForgeError:
            found.add(each.maker)
    return found


def _new_id() -> str:
    return str(uuid4())


def _found(job: Job | None) -> Job:
    if job is None:
        raise not_found("job")
    return job
