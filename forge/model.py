"""The values that travel between the database, the API and the studio.

Times are seconds from the start of the source, rectangles are fractions of the frame, moments
are Unix seconds. These classes are the HTTP contract: the OpenAPI document and the studio's
TypeScript types are generated from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

JobStatus = Literal["pending", "processing", "completed", "failed", "cancelled"]
StepStatus = Literal["pending", "processing", "completed", "failed", "skipped", "cancelled"]
JobType = Literal["ingest", "transcribe", "analyze", "export"]
ClipState = Literal["suggested", "kept", "skipped"]
#: How a clip's picture is put together: see :mod:`forge.layout.zones`.
Layout = Literal["single", "split", "pip", "full"]
#: What an export is made for: see :mod:`forge.layout.presets`.
Preset = Literal["9:16", "9:16-60", "1:1", "4:5", "16:9", "source"]

Fraction = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
Colour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]
#: What diarization calls a speaker, such as ``SPEAKER_00``, and what a person calls him.
SpeakerLabel = Annotated[str, Field(min_length=1, max_length=60)]


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


#: Take the facecam that is found in the recording, if one is found for sure.
AUTO: Final = "auto"
FacecamChoice = Rect | Literal["auto"]


class Zone(Value):
    """A part of the source picture that the clip shows."""

    kind: Literal["gameplay", "facecam"]
    rect: Rect


class Keyframe(Value):
    """From ``at`` (source seconds) on, this is shown instead of the clip's own layout and zones.

    The change is hard: nothing glides.
    """

    at: Seconds
    layout: Layout
    zones: Annotated[list[Zone], Field(max_length=2)]
    pip: Rect | None = None


def _in_order(keyframes: Sequence[Keyframe]) -> list[Keyframe]:
    """Sorted by time; of several at one time the last one counts."""
    latest = {keyframe.at: keyframe for keyframe in keyframes}
    return [latest[at] for at in sorted(latest)]


class WordEdit(Value):
    """A correction of one word of the transcript, for one clip.

    ``index`` is the word's place in ``transcript.json`` and ``at`` its start there: an edit
    whose ``at`` is off by more than a millisecond was made on another transcript, and is
    ignored. ``text`` None keeps the word, "" hides it. ``start`` and ``end`` are source seconds.
    ``breaks`` says that a cue begins before this word, or never does.
    """

    index: Annotated[int, Field(ge=0)]
    at: Seconds
    text: Annotated[str, Field(max_length=200)] | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    breaks: Literal["before", "never"] | None = None


class Captions(Value):
    """How a clip's words are shown.

    ``middle`` is the height of the captions' middle as a share of the picture's, None for the
    style's own; ``scale`` multiplies the size of the letters; ``colours`` are by speaker label.
    """

    enabled: bool = True
    style: str = "bold"
    middle: Fraction | None = None
    scale: Annotated[float, Field(ge=0.5, le=1.5)] = 1.0
    colours: Annotated[dict[SpeakerLabel, Colour], Field(max_length=100)] = Field(
        default_factory=dict
    )
    words: Annotated[list[WordEdit], Field(max_length=10_000)] = Field(default_factory=list)


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
    chat_error: ErrorDetail | None = None
    """Why its chat cannot be this recording's, as soon as the recording's length is known."""
    duration: float | None
    width: int | None
    height: int | None
    fps: float | None
    has_audio: bool | None
    speakers: dict[str, str] = Field(default_factory=dict)
    """What the user calls the speakers, by the label that diarization gave them."""
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
    type: JobType
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
    pip: Rect | None
    keyframes: list[Keyframe]
    captions: Captions
    cuts: list[Cut]
    state: ClipState
    created_at: float
    updated_at: float


class ClipEdit(Value):
    """What PATCH may change; a field that is left out, or null, stays as it is.

    ``pip`` alone may be set to null: the inset is then back in its own place.
    """

    start: Seconds | None = None
    end: Seconds | None = None
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    zones: Annotated[list[Zone], Field(min_length=1, max_length=2)] | None = None
    layout: Layout | None = None
    pip: Rect | None = None
    keyframes: (
        Annotated[list[Keyframe], Field(max_length=200), AfterValidator(_in_order)] | None
    ) = None
    captions: Captions | None = None
    cuts: Annotated[list[Cut], Field(max_length=500)] | None = None
    state: ClipState | None = None

    def fields(self) -> dict[str, Any]:
        """What it changes, as JSON values by field name."""
        found = self.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in found.items() if value is not None or name == "pip"}

    def applied(self, clip: Clip) -> Clip:
        """The clip as it would be after this edit; its revision and times stay as they are."""
        return Clip.model_validate({**clip.model_dump(mode="json"), **self.fields()})
