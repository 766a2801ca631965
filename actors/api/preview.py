"""A proxy that is still being made, for playing: HLS playlists and the files that grow.

The files are at the step's checkpoint and grow by whole chunks; the journals say how far. When
the proxy is finished they are gone: ``proxy.mp4`` has taken their place.
"""

from __future__ import annotations

from pathlib import Path

import trio
from quart import Blueprint, Response

from actors.api.context import checked_id, not_found, system
from actors.api.document import answers, answers_file
from actors.api.media import send_grown
from forge.media import chunks, growth, playlist, sound
from forge.media.playlist import Segment
from forge.store import steps

routes = Blueprint("preview", __name__)

#: Public name, journal, file, and the longest that a segment gets, in seconds.
_TRACKS = {
    "picture": ("chunks.jsonl", "proxy.m4s", chunks.LONGEST),
    "sound": ("sound.jsonl", "sound.m4s", sound.PIECE * sound.PACKET / sound.RATE + 1),
}
_HEAD_BYTES = 64 * 1024


@routes.get("/media/<vod_id>/preview.m3u8")
@answers(playlist.MIME)
async def get_preview(vod_id: str) -> Response:
    """What can be played of a proxy that is being made; 404 before its first chunk and after."""
    folder = await _folder(vod_id)
    text = await trio.to_thread.run_sync(_master, folder)
    return _playlist(text)


@routes.get("/media/<vod_id>/preview/<track>.m3u8")
@answers(playlist.MIME)
async def get_preview_track(vod_id: str, track: str) -> Response:
    """The segments of ``picture`` or ``sound`` that exist by now."""
    folder = await _folder(vod_id)
    text = await trio.to_thread.run_sync(_media, folder, track)
    return _playlist(text)


@routes.get("/media/<vod_id>/preview/<track>.mp4")
@answers_file("video/mp4", "audio/mp4")
async def get_preview_file(vod_id: str, track: str) -> Response:
    """The growing file itself, as far as it is finished."""
    folder = await _folder(vod_id)
    if track not in _TRACKS:
        raise not_found("file")
    journal, name, _ = _TRACKS[track]
    segments = await trio.to_thread.run_sync(_segments, folder, journal, name)
    if not segments:
        raise not_found("file")
    mime = "video/mp4" if track == "picture" else "audio/mp4"
    return await send_grown(trio.Path(folder / name), mime, segments[-1].size)


async def _folder(vod_id: str) -> Path:
    """The checkpoint of the proxy that is being made of a recording."""
    key = await system().ledger.run(steps.working_key, checked_id(vod_id, "recording"), "proxy")
    if key is None:
        raise not_found("preview")
    return system().library.half_done(key)


def _segments(folder: Path, journal: str, name: str) -> list[Segment]:
    entries = growth.grown(folder / journal)
    return [Segment(int(entry[name]), float(entry["end"])) for entry in entries]


def _header(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            size = growth.header_size(opened)
            opened.seek(0)
            return opened.read(min(size or 0, _HEAD_BYTES))
    except FileNotFoundError:
        return b""


def _media(folder: Path, track: str) -> str:
    if track not in _TRACKS:
        raise not_found("playlist")
    journal, name, longest = _TRACKS[track]
    segments = _segments(folder, journal, name)
    header = _header(folder / name)
    if not segments or not header:
        raise not_found("preview")
    entries = growth.grown(folder / journal)
    ended = bool(entries and entries[-1]["ended"])
    return playlist.media_playlist(f"{track}.mp4", len(header), segments, longest, ended=ended)


def _master(folder: Path) -> str:
    journal, name, _ = _TRACKS["picture"]
    segments = _segments(folder, journal, name)
    header = _header(folder / name)
    if not segments or not header or segments[-1].end <= 0:
        raise not_found("preview")
    bits = round(8 * segments[-1].size / segments[-1].end)
    heard = _segments(folder, *_TRACKS["sound"][:2]) and _header(folder / "sound.m4s")
    return playlist.master_playlist(
        "preview/picture.m3u8",
        playlist.h264_codec(header),
        bits,
        "preview/sound.m3u8" if heard else None,
    )


def _playlist(text: str) -> Response:
    return Response(text, mimetype=playlist.MIME, headers={"Cache-Control": "no-store"})
