"""A proxy that is still being made, over HTTP: playlists, and files that grow.

Rules of this file: a real, short recording is imported; then its proxy step is taken back to where
it stands after two chunks, with the files that the real step leaves at its checkpoint. What the
playlists name is fetched and decoded.
"""

from __future__ import annotations

import io
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest
import trio

from forge.media import chunks, seekable, sound
from forge.media.ffmpeg import binary
from forge.spec import Spec
from forge.steps import proxy
from forge.store import projects
from tests.api.conftest import Running

KEY = "ab" * 16
SECONDS = 4


@dataclass
class Preview:
    """The address of a recording's media, and the step that makes its proxy."""

    url: str
    spec: Spec


def _ignore(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


@pytest.fixture
async def preview(forge: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preview:
    video = tmp_path / "vod.mp4"
    made = [binary(), "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=320x180:d={SECONDS}"]
    made += ["-f", "lavfi", "-i", f"sine=440:d={SECONDS}", "-g", "15"]
    await trio.run_process([*made, str(video)])
    imported = await forge.read_in(video)
    vod_id = imported["vod"]["id"]
    vod = await forge.system.ledger.run(projects.get_vod, vod_id)
    assert vod is not None
    library = forge.system.library
    out = tmp_path / "out"
    out.mkdir()
    inputs = {"probe.json": library.file(vod.artifacts["probe.json"], "probe.json")}
    monkeypatch.setattr(chunks, "SECONDS", 1.0)
    monkeypatch.setattr(chunks, "LONGEST", 1.5)
    monkeypatch.setattr(seekable, "_SHORT", 0.0)
    monkeypatch.setattr(sound, "PIECE", 94)
    spec = Spec("proxy", video, out, library.checkpoint(KEY), inputs)
    await trio.to_thread.run_sync(proxy.run, spec, _ignore)

    def take_back(db: sqlite3.Connection) -> None:
        db.execute("UPDATE step SET status = 'pending', key = ? WHERE name = 'proxy'", (KEY,))

    await forge.system.ledger.run(take_back)
    return Preview(f"/media/{vod_id}", spec)


def cut(spec: Spec, journal: str, keep: int) -> None:
    """Takes the journal back to ``keep`` chunks, and a torn line after them."""
    path = spec.checkpoint / journal
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:keep]) + lines[keep][:7])


def ranges(playlist: str) -> list[tuple[int, int]]:
    """Start and end of each segment, in bytes."""
    found = re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", playlist)
    return [(int(start), int(start) + int(size)) for size, start in found]


async def test_what_exists_of_a_proxy_plays(forge: Running, preview: Preview) -> None:
    cut(preview.spec, "chunks.jsonl", 2)
    cut(preview.spec, "sound.jsonl", 1)
    got: dict[str, Any] = {}
    for name in ("preview.m3u8", "preview/picture.m3u8", "preview/sound.m3u8"):
        answer = await forge.http.get(f"{preview.url}/{name}", headers=forge.bearer)
        assert answer.status_code == 200, name
        assert answer.headers["content-type"].startswith("application/vnd.apple.mpegurl")
        assert answer.headers["cache-control"] == "no-store"
        got[name] = answer.text
    assert "preview/picture.m3u8" in got["preview.m3u8"]
    assert re.search(r'CODECS="avc1\.42[0-9a-f]{4},mp4a\.40\.2"', got["preview.m3u8"])
    for track, pictures in (("picture", 60), ("sound", None)):
        listed = got[f"preview/{track}.m3u8"]
        assert "EVENT" in listed
        assert "ENDLIST" not in listed
        length, header = re.findall(r'#EXT-X-MAP:URI="(\w+\.mp4)",BYTERANGE="(\d+)@0"', listed)[0]
        assert length == f"{track}.mp4"
        url = f"{preview.url}/preview/{track}.mp4"
        data = b""
        for start, end in [(0, int(header)), *ranges(listed)]:
            asked = {**forge.bearer, "Range": f"bytes={start}-{end - 1}"}
            part = await forge.http.get(url, headers=asked)
            assert part.status_code == 206
            assert part.headers["content-range"] == f"bytes {start}-{end - 1}/*"
            assert start == len(data)
            data += part.content
        seconds = sum(float(each) for each in re.findall(r"#EXTINF:([\d.]+)", listed))
        with av.open(io.BytesIO(data)) as container:
            times = [frame.time for frame in container.decode(container.streams[0])]
        assert times[0] == 0
        assert seconds == pytest.approx(times[-1], abs=0.1)
        if pictures:
            assert len(times) == pytest.approx(seconds * 25, abs=1)
        # What is behind the last finished chunk is not shown, though it is on the disk.
        whole = await forge.http.get(url, headers=forge.bearer)
        assert whole.content == data
        beyond = {**forge.bearer, "Range": f"bytes={len(data)}-"}
        assert (await forge.http.get(url, headers=beyond)).status_code == 416


async def test_a_list_grows_and_ends(forge: Running, preview: Preview) -> None:
    url = f"{preview.url}/preview/picture.m3u8"
    done = (await forge.http.get(url, headers=forge.bearer)).text
    assert done.rstrip().endswith("#EXT-X-ENDLIST")
    cut(preview.spec, "chunks.jsonl", 1)
    short = (await forge.http.get(url, headers=forge.bearer)).text
    # Whoever has read the short list finds its lines again at the start of the long one.
    assert done.startswith(short)
    assert len(ranges(short)) == 1 < len(ranges(done))

    (preview.spec.checkpoint / "sound.jsonl").unlink()
    answer = await forge.http.get(f"{preview.url}/preview.m3u8", headers=forge.bearer)
    assert "mp4a" not in answer.text
    (preview.spec.checkpoint / "chunks.jsonl").unlink()
    names = ("preview.m3u8", "preview/picture.m3u8", "preview/sound.mp4", "preview/x.mp4")
    for name in (*names, "preview/..%2f..%2ftoken.mp4", "preview/x.m3u8"):
        answer = await forge.http.get(f"{preview.url}/{name}", headers=forge.bearer)
        assert answer.status_code == 404, name
    stranger = await forge.http.get(f"{preview.url}/preview.m3u8")
    assert stranger.status_code == 401

    index = (await forge.http.get(f"{preview.url}/thumbs.json", headers=forge.bearer)).json()
    for name in index["sheets"]:
        sheet = await forge.http.get(f"{preview.url}/{name}", headers=forge.bearer)
        assert sheet.headers["content-type"] == "image/jpeg"
        assert sheet.content.startswith(b"\xff\xd8")
    peaks = await forge.http.get(f"{preview.url}/peaks_100.dat", headers=forge.bearer)
    assert len(peaks.content) == pytest.approx(24 + 2 * 100 * SECONDS, abs=12)
    missing = await forge.http.get(f"{preview.url}/thumbs_999.jpg", headers=forge.bearer)
    assert missing.status_code == 404
