"""Captions of a clip as they would be burned, and the fonts to draw them with."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any

import trio
from quart import Blueprint
from quart_schema import validate_querystring, validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, system
from actors.api.document import answers_file
from actors.api.media import send_file
from forge import __version__
from forge.captions.drawing import CaptionLayout
from forge.captions.fonts import FONTS
from forge.captions.layout import edited_layout
from forge.captions.samples import StyleSample, style_samples
from forge.captions.timeline import timeline
from forge.errors import ForgeError
from forge.layout.presets import output
from forge.model import Clip, ClipEdit, Preset, Value, Vod
from forge.store import clips, projects

routes = Blueprint("captions", __name__)

_FONT = re.compile(r"[A-Za-z]+(-[A-Za-z]+){0,2}\.woff")


class ForPreset(Value):
    preset: Preset = "9:16"


class StyleList(Value):
    styles: list[StyleSample]


@routes.get("/api/captions/styles")
@validate_response(StyleList)
async def list_styles() -> StyleList:
    """The caption styles, each with a sample to draw."""
    return StyleList(styles=await trio.to_thread.run_sync(style_samples))


@routes.get("/api/clips/<clip_id>/captions")
@validate_querystring(ForPreset)
@validate_response(CaptionLayout)
async def get_captions(clip_id: str, query_args: ForPreset) -> CaptionLayout:
    """The captions of a clip on the picture that a preset makes."""
    return await _captions(clip_id, ClipEdit(), query_args.preset)


@routes.post("/api/clips/<clip_id>/captions")
@validate_querystring(ForPreset)
@validate_request(ClipEdit)
@validate_response(CaptionLayout)
async def try_captions(clip_id: str, data: ClipEdit, query_args: ForPreset) -> CaptionLayout:
    """The same after an edit that is not made: nothing is stored."""
    return await _captions(clip_id, data, query_args.preset)


async def _captions(clip_id: str, edit: ClipEdit, preset: Preset) -> CaptionLayout:
    clip, vod = await system().ledger.run(_clip, checked_id(clip_id, "clip"))
    probe, transcript = (vod.artifacts.get(f"{name}.json") for name in ("probe", "transcript"))
    if probe is None:
        raise ForgeError(
            "not_ready",
            "The recording has not been looked into yet.",
            hint="Wait until its first step is done.",
        )
    files = system().library
    video = files.file(probe, "probe.json")
    words = None if transcript is None else files.file(transcript, "transcript.json")
    return await trio.to_thread.run_sync(_lay_out, edit.applied(clip), preset, video, words)


def _clip(db: sqlite3.Connection, clip_id: str) -> tuple[Clip, Vod]:
    clip = clips.get(db, clip_id)
    vod = None if clip is None else projects.get_vod(db, clip.vod_id)
    if clip is None or vod is None:
        raise not_found("clip")
    return clip, vod


def _lay_out(clip: Clip, preset: Preset, probe: Path, transcript: Path | None) -> CaptionLayout:
    if clip.end <= clip.start:
        raise ForgeError("bad_span", "The clip ends before it starts.")
    found = output(preset, _read(probe)["video"])
    try:
        time = timeline(
            clip.start, clip.end, [(cut.start, cut.end) for cut in clip.cuts], found.fps
        )
    except ValueError:
        raise ForgeError(
            "all_cut", "Every part of the clip is cut away.", hint="Undo a cut, or skip the clip."
        ) from None
    said = {"words": []} if transcript is None else _read(transcript)
    return edited_layout(said, time, clip.captions, found.size)


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Any]:
    """An artifact never changes under its path; a person at work asks for the same many times."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@routes.get("/api/fonts/<name>")
@answers_file("font/woff")
async def get_font(name: str) -> Response:
    """A caption font, the same letters that are burned; the version is in its ETag."""
    if _FONT.fullmatch(name) is None:
        raise not_found("font")
    return await send_file(trio.Path(FONTS / name), "font/woff", etag=f"{__version__}-{name}")
