"""The values that travel between the database, the API and the studio.

Times are seconds from the start of the source, rectangles are fractions of the frame, moments
are Unix seconds. These classes are the HTTP contract: the OpenAPI document and the studio's
TypeScript types are generated from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JobStatus = Literal["pending", "processing", "completed", "failed", "cancelled"]
StepStatus = Literal["pending", "processing", "completed", "failed", "skipped", "cancelled"]
JobKind = Literal["ingest", "transcribe", "analyze", "export"]
ClipState = Literal["suggested", "kept", "skipped"]
Layout = Literal["full", "split"]
Preset = Literal["9:16"]

Fraction = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorDetail(Value):
    """Why something failed: a stable code, one line of words, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    permanent: bool = True


class Rect(Value):
    """A rectangle in fractions of the frame, from its top left corner.

    It may reach beyond the frame: whoever draws with it takes what lies inside.
    """

    x: Fraction
    y: Fraction
    w: Annotated[float, Field(gt=0, le=1)]
    h: Annotated[float, Field(gt=0, le=1)]

    def is_inside(self) -> bool:
        """Whether it lies in the frame, but for a thousandth: people round fractions."""
        return self.x + self.w <= 1.001 and self.y + self.h <= 1.001


class Zone(Value):
    """A part of the source picture that the clip shows."""

    kind: Literal["gameplay", "facecam"]
    rect: Rect


class Captions(Value):
    """How a clip's words are shown."""

    enabled: bool = True
    style: str = "bold"


class Cut(Value):
    """A part of the clip that is left out, in source seconds."""

    start: Seconds
    end: Seconds


class Vod(Value):
    """One recording. ``name`` is what the user called it; ``path`` is where it lies."""

    id: str
    project_id: str
    name: str
    path: str
    size: int
    fingerprint: str
    has_chat: bool
    duration: float | None
    width: int | None
    height: int | None
    fps: float | None
    has_audio: bool | None
    artifacts: dict[str, str] = Field(default_factory=dict)
    """Name to key, of the artifacts that exist: ``proxy.mp4`` is at /media/VOD/proxy.mp4."""
    created_at: float


class Project(Value):
    """A container of recordings."""

    id: str
    title: str
    created_at: float
    vods: list[Vod] = Field(default_factory=list)


class StepRow(Value):
    """The state of one step of a job. ``progress`` is 0 to 100, ``seconds`` the time it took."""

    name: str
    status: StepStatus
    attempt: int
    progress: float
    speed: float | None
    seconds: float | None
    reused: bool
    reason: str | None
    error: ErrorDetail | None
    artifacts: dict[str, str] = Field(default_factory=dict)


class Job(Value):
    """One row of the job table. ``(worker_id, attempt)`` is the fencing token."""

    id: str
    project_id: str
    vod_id: str
    type: JobKind
    status: JobStatus
    step: str | None
    progress: float
    payload: dict[str, Any]
    result: dict[str, Any] | None
    error: ErrorDetail | None
    worker_id: str | None
    lease_until: float | None
    attempt: int
    created_at: float
    updated_at: float
    steps: list[StepRow] = Field(default_factory=list)


class Clip(Value):
    """A candidate or an edited clip. ``rev`` rises by one with every change."""

    id: str
    project_id: str
    vod_id: str
    rev: int
    start: Seconds
    end: Seconds
    title: str
    score: float
    reasons: list[str]
    parts: dict[str, float]
    zones: list[Zone]
    layout: Layout
    captions: Captions
    cuts: list[Cut]
    state: ClipState
    created_at: float
    updated_at: float


class ClipEdit(Value):
    """What PATCH may change; a field that is left out stays as it is."""

    start: Seconds | None = None
    end: Seconds | None = None
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    zones: Annotated[list[Zone], Field(min_length=1, max_length=2)] | None = None
    layout: Layout | None = None
    captions: Captions | None = None
    cuts: Annotated[list[Cut], Field(max_length=500)] | None = None
    state: ClipState | None = None
