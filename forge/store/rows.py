"""From database rows to the values that travel, and the columns that both sides agree on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from forge.model import Clip, ErrorDetail, Job, Project, StepRow, Vod
from forge.pipeline import Outcome, locate
from forge.scoring.chat_span import ChatSpan, misfit

Row = sqlite3.Row | Mapping[str, Any]

#: Artifacts that the HTTP interface serves or that a user may ask for by name.
PUBLIC_ARTIFACTS = (
    "probe.json",
    "audio.wav",
    "loudness.json",
    "peaks_100.dat",
    "peaks_10.dat",
    "peaks_1.dat",
    "proxy.mp4",
    "scout.mp4",
    "thumbs.json",
    "transcript.json",
    "scenes.json",
    "facecam.json",
    "virality.json",
    "chat.json",
)


def to_json(value: object) -> str:
    """Compact JSON; NaN is refused, because no other reader would take it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _maybe(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def outcome_from(row: Row) -> Outcome:
    return Outcome(row["step"], row["key"], tuple(json.loads(row["files"])), row["skipped"])


def step_from(row: Row) -> StepRow:
    error = _maybe(row["error"])
    return StepRow(
        name=row["name"],
        status=row["status"],
        attempt=row["attempt"],
        progress=row["progress"],
        speed=row["speed"],
        seconds=row["seconds"],
        reused=bool(row["reused"]),
        reason=row["reason"],
        error=None if error is None else ErrorDetail(**error),
        artifacts=json.loads(row["artifacts"]),
    )


def job_from(row: Row, steps: Iterable[Row]) -> Job:
    error = _maybe(row["error"])
    return Job(
        id=row["id"],
        project_id=row["project_id"],
        vod_id=row["vod_id"],
        type=row["type"],
        status=row["status"],
        step=row["step"],
        progress=row["progress"],
        payload=json.loads(row["payload"]),
        result=_maybe(row["result"]),
        error=None if error is None else ErrorDetail(**error),
        worker_id=row["worker_id"],
        lease_until=row["lease_until"],
        attempt=row["attempt"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        steps=[step_from(step) for step in steps],
    )


def vod_from(row: Row, outcomes: Mapping[str, Outcome]) -> Vod:
    probe = _maybe(row["probe"]) or {}
    video = probe.get("video") or {}
    found = {name: locate(name, outcomes) for name in PUBLIC_ARTIFACTS}
    return Vod(
        id=row["id"],
        project_id=row["project_id"],
        name=row["name"],
        path=row["path"],
        size=row["size"],
        fingerprint=row["fingerprint"],
        has_chat=bool(row["has_chat"]),
        chat_error=_chat_error(_maybe(row["chat_span"]), probe.get("duration")),
        duration=probe.get("duration"),
        width=video.get("width"),
        height=video.get("height"),
        fps=video.get("fps"),
        has_audio=None if not probe else probe.get("audio") is not None,
        speakers=json.loads(row["speakers"]),
        artifacts={name: outcome.key for name, outcome in found.items() if outcome},
        created_at=row["created_at"],
    )


def _chat_error(span: dict[str, Any] | None, duration: float | None) -> ErrorDetail | None:
    if span is None or duration is None:
        return None
    error = misfit(ChatSpan.from_json(span), duration)
    return None if error is None else ErrorDetail(**error.as_json())


def project_from(row: Row, vods: Iterable[Vod]) -> Project:
    return Project(id=row["id"], title=row["title"], created_at=row["created_at"], vods=list(vods))


def clip_from(row: Row) -> Clip:
    return Clip(
        id=row["id"],
        project_id=row["project_id"],
        vod_id=row["vod_id"],
        rev=row["rev"],
        start=row["start_s"],
        end=row["end_s"],
        title=row["title"],
        score=row["score"],
        reasons=json.loads(row["reasons"]),
        parts=json.loads(row["parts"]),
        zones=json.loads(row["zones"]),
        layout=row["layout"],
        pip=_maybe(row["pip"]),
        keyframes=json.loads(row["keyframes"]),
        captions=json.loads(row["captions"]),
        cuts=json.loads(row["cuts"]),
        state=row["state"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
