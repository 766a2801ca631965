"""Settings: from ``FORGE_*`` environment variables, overridden by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from forge.model import Rect

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


def default_data() -> Path:
    """The user's data folder for FORGE, by the conventions of the platform."""
    return Path(platformdirs.user_data_dir("forge", appauthor=False))


def _checked_rect(text: str) -> str:
    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError("give X,Y,W,H in fractions of the picture: 0.72,0.04,0.25,0.3") from None
    if not Rect(x=x, y=y, w=w, h=h).is_inside():
        raise ValueError("the facecam reaches beyond the frame")
    return text


class Settings(BaseSettings):
    """Everything that can be set. Each field can be given as ``FORGE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="FORGE_", frozen=True, extra="ignore")

    data: Path = Field(default_factory=default_data)
    """The data folder: database, artifacts, uploads, exports, token."""
    host: str = "127.0.0.1"
    """The address to listen on. Only loopback addresses are accepted so far."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8484
    """The port to listen on; 0 takes any free one."""
    model: Annotated[str, Field(min_length=1)] = "tiny.en"
    """The Whisper model: a name (``tiny.en`` is built in) or the path of a CTranslate2 folder."""
    language: str | None = None
    """The spoken language (``en``, ``de``…); empty lets Whisper find out."""
    diarization: Literal["pyannote", "off"] = "pyannote"
    """Who speaks when: pyannote (skipped when the extra is not installed) or off."""
    speakers: Annotated[int, Field(ge=1, le=50)] | None = None
    """The number of speakers, when it is known."""
    ffmpeg: str | None = None
    """Another ffmpeg binary than the one that comes with FORGE."""
    facecam: Annotated[str, AfterValidator(_checked_rect)] | None = None
    """Where the facecam is: X,Y,W,H in fractions of the frame. Clips then show it on top."""
    upload_limit: Annotated[int, Field(gt=0)] = 512 * GIB
    """The largest upload, in bytes."""
    shutdown_grace: Annotated[float, Field(ge=0)] = 10.0
    """Seconds that an orderly stop may take before the process ends all the same."""

    def facecam_zone(self) -> Rect | None:
        """Where the facecam is, if that was said."""
        if self.facecam is None:
            return None
        x, y, w, h = (float(part) for part in self.facecam.split(","))
        return Rect(x=x, y=y, w=w, h=h)

    def step_params(self) -> dict[str, dict[str, Any]]:
        """What the steps of a new job are told; it is kept in the job's payload."""
        return {
            "transcription": {"model": self.model, "language": self.language or None},
            "diarization": {"backend": self.diarization, "num_speakers": self.speakers},
        }
