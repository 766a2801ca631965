"""What the command line refuses: bad recordings, chats, places and settings, each in one line.

Rules of this file: as in test_command_line.py; nothing here gets as far as a clip.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.command import PICTURE, SOUND, Run, ffmpeg


def missing(path: Path) -> None:
    """Makes nothing."""


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("this is no video\n" * 100)


def playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")


def truncated(path: Path) -> None:
    whole = path.with_suffix(".whole.mp4")
    ffmpeg(*PICTURE, *SOUND, "-movflags", "+faststart", whole)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])


def headless(path: Path) -> None:
    whole = path.with_suffix(".whole.mp4")
    ffmpeg(*PICTURE, *SOUND, whole)  # Its index comes last, and is lost.
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])


def sound_only(path: Path) -> None:
    ffmpeg(*SOUND, path)


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (missing, 66, "no file"),
        (folder, 66, "is a folder"),
        (empty, 65, "is empty"),
        (text, 65, "not a recording"),
        (playlist, 65, "not a recording"),
        (truncated, 65, "truncated"),
        (headless, 65, "truncated|not a recording"),
        (sound_only, 65, "no video track"),
    ],
)
def test_a_recording_that_is_none_ends_in_one_clear_line(
    forge: Run, tmp_path: Path, make: Callable[[Path], None], code: int, words: str
) -> None:
    path = tmp_path / "my [best] vod's; $(name) é.mp4"
    make(path)
    ended = forge("clip", path, "--out", tmp_path / "out")
    assert ended.returncode == code
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stderr.startswith("forge: ")
    assert re.search(words, ended.stderr)
    assert "Traceback" not in ended.stdout + ended.stderr


def test_an_output_folder_that_cannot_be_written_is_said_before_any_work(
    forge: Run, tmp_path: Path
) -> None:
    video = tmp_path / "vod.mp4"
    ffmpeg(*PICTURE, video)
    (tmp_path / "file").touch()
    ended = forge("clip", video, "--out", tmp_path / "file" / "out")
    assert ended.returncode == 73
    assert "output folder" in ended.stderr
    assert not (tmp_path / "data" / "forge.db").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("no chat", 65),
        ('{"comments": 5}', 65),
        ("time,user,message\n9000,ann,of another recording\n", 65),
        (None, 66),
    ],
)
def test_a_chat_file_that_is_none_is_said(
    forge: Run, tmp_path: Path, content: str | None, code: int
) -> None:
    video, chat = tmp_path / "vod.mp4", tmp_path / "chat.json"
    ffmpeg(*PICTURE, video)
    if content is not None:
        chat.write_text(content)
    ended = forge("clip", video, "--chat", chat, "--out", tmp_path / "out")
    assert ended.returncode == code
    assert "chat" in ended.stderr


def test_an_occupied_port_is_said(forge: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = forge("run", "--port", port, "--no-open")
    assert ended.returncode == 69
    assert str(port) in ended.stderr


def test_an_address_of_the_network_is_refused(forge: Run) -> None:
    ended = forge("run", "--host", "0.0.0.0", "--port", "0", "--no-open")
    assert ended.returncode == 69
    assert "SSH tunnel" in ended.stderr


@pytest.mark.parametrize(
    "setting", [{"FORGE_PORT": "high"}, {"FORGE_FACECAM": "left"}, {"FORGE_DIARIZATION": "yes"}]
)
def test_a_setting_that_makes_no_sense_is_named(forge: Run, setting: dict[str, str]) -> None:
    ended = forge("run", "--no-open", **setting)
    assert ended.returncode == 2
    assert next(iter(setting)).removeprefix("FORGE_").lower() in ended.stderr


def test_a_demo_without_a_place_to_go_is_said_before_any_work(forge: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = forge("demo", "--out", tmp_path / "file" / "out")
    assert ended.returncode == 73
    assert "output folder" in ended.stderr
