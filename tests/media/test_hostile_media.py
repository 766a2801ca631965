"""Attacks by recordings, each with its refusal, or with the proof that it does no harm.

Rules of this file: real files through the real steps. A refusal is one ForgeError that will not
be tried again. Whether an attack opened something else is told by canaries, a named pipe and a
listening socket, that are shown to sing.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import audio, probe

Make = Callable[..., Path]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the canaries are POSIX ones")


def look(path: Path) -> dict[str, Any]:
    """Probes a file the way an import does."""
    outputs = path.parent / "outputs"
    outputs.mkdir(exist_ok=True)
    return probe.run(Spec("probe", path, outputs, outputs), quiet)


def decode(path: Path) -> str:
    """Decodes a file with ffmpeg the way the steps do, whatever the probe said."""
    args = [*ffmpeg.source_args(path), "-map", "0:v:0", "-frames:v", "2", "-f", "null", "-"]
    return ffmpeg.run(args, duration=1)


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Takes progress and does nothing."""


def refused(path: Path) -> ForgeError:
    with pytest.raises(ForgeError) as caught:
        look(path)
    assert caught.value.permanent
    assert "\n" not in caught.value.message
    return caught.value


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>{target}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>"
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' width="9" height="9"><image xlink:href="{target}" width="9" height="9"/></svg>'
)
TEXTS = {
    "hls": HLS,
    "ffconcat": "ffconcat version 1.0\nfile {target}\n",
    "dash": DASH,
    "sdp": SDP,
    "svg": SVG,
    "html": "<html><video src='{target}'></video></html>",
    "avisynth": 'DirectShowSource("{target}")\n',
}
ENDINGS = {"hls": "m3u8", "ffconcat": "ffconcat", "dash": "mpd", "avisynth": "avs"}


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("target", ["file", "sibling", "network"])
@pytest.mark.parametrize("named", ["as a recording", "as what it is"])
def test_texts_that_name_other_files_open_none(
    tmp_path: Path, canaries: Any, kind: str, target: str, named: str
) -> None:
    targets = {
        "file": f"file://{canaries.pipe}",
        "sibling": canaries.pipe.name,
        "network": canaries.url,
    }
    ending = "mp4" if named == "as a recording" else ENDINGS.get(kind, kind)
    path = tmp_path / f"stream.{ending}"
    path.write_text(TEXTS[kind].format(target=targets[target]))
    assert refused(path).code == "bad_media"
    with pytest.raises(ForgeError):
        decode(path)
    assert canaries.heard() == set()


@pytest.mark.parametrize("target", ["file", "network"])
def test_the_canaries_sing(tmp_path: Path, canaries: Any, target: str) -> None:
    """Without FORGE's options ffmpeg does open what a playlist names."""
    path = tmp_path / "stream.m3u8"
    named = f"file://{canaries.pipe}" if target == "file" else canaries.url
    path.write_text(HLS.format(target=named))
    allowed = ["-protocol_whitelist", "file,http,tcp,crypto,data"]
    command = [ffmpeg.binary(), "-v", "error", "-nostdin", "-rw_timeout", "200000", *allowed]
    command += ["-i", str(path), "-f", "null", "-"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, timeout=20, check=False, stderr=subprocess.DEVNULL)
    assert canaries.heard() == {target}


def test_a_picture_is_no_recording_and_its_name_no_pattern(tmp_path: Path) -> None:
    for number in range(1, 4):
        first = tmp_path / f"picture{number}.png"
        ffmpeg.run(["-f", "lavfi", "-i", "testsrc2=d=0.04", str(first)], duration=1)
    pattern = tmp_path / "picture%d.png"
    pattern.write_bytes(first.read_bytes())
    disguised = tmp_path / "picture.mp4"
    disguised.write_bytes(first.read_bytes())
    for path in (first, pattern, disguised):
        assert refused(path).code == "bad_media"


@pytest.mark.parametrize("follow", [False, True], ids=["as FORGE does", "when ffmpeg is told to"])
def test_a_quicktime_reference_movie_reads_no_other_file(
    tmp_path: Path, make: Make, canaries: Any, follow: bool
) -> None:
    """Its samples are said to lie in another file; ffmpeg knows how to follow that."""
    movie = make(tmp_path / "movie.mov", "testsrc2=s=64x64:d=1").read_bytes()
    name = str(canaries.pipe).encode()
    # The record of a Macintosh alias: volume, file name, levels, then tagged fields.
    alias = bytes(10) + bytes([1]) + b"v".ljust(27, b"\0") + bytes(12)
    alias += bytes([9]) + canaries.pipe.name.encode().ljust(63, b"\0") + bytes(16)
    alias += struct.pack(">hh", 1, 1) + bytes(16)
    alias += struct.pack(">hH", 2, len(name)) + name + bytes(len(name) % 2)
    alias += struct.pack(">hH", -1, 0)
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    path = tmp_path / "reference.mov"
    path.write_bytes(replaced(movie, [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"], entry))
    if follow:
        told = ["-enable_drefs", "1", "-use_absolute_path", "1"]
        command = [ffmpeg.binary(), "-v", "quiet", *told, "-i", str(path), "-f", "null", "-"]
        subprocess.run(command, timeout=20, check=False, stdin=subprocess.DEVNULL)
    else:
        with suppress(ForgeError):
            look(path)
        with suppress(ForgeError):
            decode(path)
    assert canaries.heard() == ({"file"} if follow else set())


def replaced(data: bytes, tree: list[bytes], entry: bytes) -> bytes:
    """A QuickTime file with another reference in the box at the end of ``tree``."""
    starts, at = [], 0
    for kind in tree:
        at = data.index(kind, at) - 4
        starts.append(at)
        at += 8
    old = struct.unpack_from(">I", data, at + 8)[0]
    changed = bytearray(data[: at + 8] + entry + data[at + 8 + old :])
    for start in starts:
        size = struct.unpack_from(">I", changed, start)[0]
        struct.pack_into(">I", changed, start, size + len(entry) - old)
    return bytes(changed)


@pytest.mark.parametrize("codec", ["qtrle", "magicyuv", "snow"])
def test_a_codec_that_no_recorder_writes_is_named_and_not_decoded(
    tmp_path: Path, make: Make, codec: str
) -> None:
    pixels = ["-pix_fmt", "rgb24" if codec == "qtrle" else "yuv420p"]
    options = ["-c:v", codec, *pixels, "-strict", "-2"]
    path = make(tmp_path / "video.mkv", "testsrc2=s=64x64:d=1", None, *options)
    error = refused(path)
    assert error.code == "unsupported_codec"
    assert codec in error.message
    assert "Convert" in error.hint
    with pytest.raises(ForgeError) as caught:
        decode(path)
    assert (caught.value.code, caught.value.permanent) == ("unsupported_codec", True)
    assert codec in caught.value.message


def test_a_sound_codec_outside_the_list_is_named(tmp_path: Path, make: Make) -> None:
    options = ["-c:a", "dca", "-strict", "-2"]
    error = refused(make(tmp_path / "video.mkv", "testsrc2=s=64x64:d=1", "sine=d=1", *options))
    assert error.code == "unsupported_codec"
    assert "sound" in error.message
    assert "dca" in error.message


def test_subtitles_data_and_covers_in_any_codec_do_no_harm(tmp_path: Path, make: Make) -> None:
    plain = make(tmp_path / "plain.mkv", "testsrc2=s=64x64:d=1", "sine=d=1")
    text, cover = tmp_path / "text.srt", tmp_path / "cover.png"
    text.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    ffmpeg.run(["-f", "lavfi", "-i", "color=s=64x64:d=0.04", str(cover)], duration=1)
    inputs = [part for path in (plain, text, cover) for part in ("-i", str(path))]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-c", "copy"]
    mkv, mp4 = tmp_path / "all.mkv", tmp_path / "all.mp4"
    ffmpeg.run([*inputs, *maps, "-disposition:v:1", "attached_pic", str(mkv)], duration=1)
    ffmpeg.run(
        [*inputs, *maps, "-c:s", "mov_text", "-disposition:v:1", "attached_pic", str(mp4)],
        duration=1,
    )
    for path in (mkv, mp4):
        data = bytearray(path.read_bytes())  # The cover now says 30,000 × 30,000.
        at = data.index(b"IHDR")
        struct.pack_into(">II", data, at + 4, 30_000, 30_000)
        struct.pack_into(">I", data, at + 17, zlib.crc32(data[at : at + 17]))
        path.write_bytes(data)
        facts = look(path)
        assert facts["video"]["codec"] == "h264"
        out = tmp_path / "outputs"
        spec = Spec("audio", path, out, out, {"probe.json": out / "probe.json"})
        assert audio.run(spec, quiet)["duration"] == pytest.approx(1.0, abs=0.05)
        decode(path)


def claiming(path: Path, width: int, height: int) -> Path:
    """A few kilobytes of Motion JPEG that say they are that large, in every header."""
    tiny = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2", "-c:v", "mjpeg"]
    ffmpeg.run([*tiny, str(path)], duration=1)
    data = bytearray(path.read_bytes())
    frame, entry = b"\xff\xc0\x00\x11\x08", data.find(b"jpeg", data.find(b"stsd"))
    at = data.find(frame)
    assert at > 0
    while at > 0:
        struct.pack_into(">HH", data, at + len(frame), height, width)
        at = data.find(frame, at + 1)
    if path.suffix == ".mov":
        struct.pack_into(">HH", data, entry + 28, width, height)
    path.write_bytes(data)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from Linux's /proc")
@pytest.mark.parametrize("name", ["large.mov", "large.avi"])
@pytest.mark.parametrize("side", [9_000, 30_000])
def test_a_picture_that_claims_to_be_huge_takes_no_memory(
    tmp_path: Path, name: str, side: int
) -> None:
    """A frame of 30,000 × 30,000 is 1.3 GB, if anybody believes the header."""
    path = claiming(tmp_path / name, side, side)
    program = (
        "import re, sys, pathlib\n"
        "from forge.steps import probe\nfrom forge.spec import Spec\n"
        "from forge.errors import ForgeError\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "try: probe.run(Spec('probe', path, path.parent, path.parent), lambda *a, **k: None)\n"
        "except ForgeError as error: print(error.code)\n"
        # ru_maxrss would begin with what the parent has resident: it outlives an exec.
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) < 400_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=True, stdout=subprocess.PIPE, text=True
    )
    assert done.stdout.split() == ["bad_media", "True"]
    with pytest.raises(ForgeError):
        decode(path)
