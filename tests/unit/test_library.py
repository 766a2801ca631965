"""Artifacts appear whole or not at all, and names stay inside the data folder.

Rules of this file: real files in a temporary folder; hostile names come from a list.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from forge.errors import ForgeError
from forge.library import Library

KEY = "0123456789abcdef" * 2
JOB = "11111111-1111-1111-1111-111111111111"


def test_a_commit_makes_all_files_visible_at_once(library: Library) -> None:
    staged = library.stage(JOB, "probe", 1)
    (staged / "probe.json").write_text("{}")
    assert library.files(KEY) is None
    assert library.commit(staged, KEY, ["probe.json"]) == ("probe.json",)
    assert library.files(KEY) == ("probe.json",)
    assert library.read_json(KEY, "probe.json") == {}
    assert not staged.exists()


def test_a_second_commit_under_a_key_leaves_the_first(library: Library) -> None:
    for content in ("first", "second"):
        staged = library.stage(JOB, "probe", 1)
        (staged / "probe.json").write_text(content)
        library.commit(staged, KEY, ["probe.json"])
    assert library.file(KEY, "probe.json").read_text() == "first"


def test_a_missing_output_is_an_error_and_nothing_appears(library: Library) -> None:
    staged = library.stage(JOB, "proxy", 1)
    (staged / "proxy.mp4").write_text("")
    with pytest.raises(ForgeError, match=r"scout\.mp4"):
        library.commit(staged, KEY, ["proxy.mp4", "scout.mp4"])
    assert library.files(KEY) is None


def test_a_full_disk_is_said_in_words(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = library.stage(JOB, "probe", 1)
    (staged / "probe.json").write_text("{}")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ForgeError) as caught:
        library.commit(staged, KEY, ["probe.json"])
    assert caught.value.code == "disk_full"
    assert not caught.value.permanent
    assert library.files(KEY) is None


def test_a_sweep_removes_what_attempts_left(library: Library) -> None:
    staged = library.stage(JOB, "probe", 1)
    (staged / "half").write_text("")
    library.sweep()
    assert not staged.exists()


def test_a_sweep_removes_checkpoints_that_a_kill_left_behind_a_finished_step(
    library: Library,
) -> None:
    """Only those: a checkpoint of unfinished work is what the next attempt goes on from."""
    staged = library.stage(JOB, "probe", 1)
    (staged / "probe.json").write_text("{}")
    library.commit(staged, KEY, ["probe.json"])
    finished, unfinished = library.checkpoint(KEY), library.checkpoint("f" * 32)
    (finished / "windows.jsonl").write_text("{}")
    (unfinished / "windows.jsonl").write_text("{}")
    library.sweep()
    assert not finished.exists()
    assert (unfinished / "windows.jsonl").exists()


def test_what_a_step_said_is_kept_with_its_files(library: Library) -> None:
    staged = library.stage(JOB, "render", 1)
    (staged / "clip.mp4").write_text("")
    assert library.commit(staged, KEY, ["clip.mp4"], {"words": 3}) == ("clip.mp4",)
    assert library.files(KEY) == ("clip.mp4",)
    assert library.said(KEY) == {"words": 3}


def commit(library: Library, **contents: str) -> None:
    """Commits files, each with an extension of .json."""
    staged = library.stage(JOB, "proxy", 1)
    for name, content in contents.items():
        (staged / f"{name}.json").write_text(content)
    library.commit(staged, KEY, [f"{name}.json" for name in contents], {"said": contents})


@pytest.mark.parametrize("name", ["proxy.json", "scout.json", "result.json", "manifest.json"])
@pytest.mark.parametrize("size", [0, 3, 400])
def test_artifacts_of_another_size_are_made_anew(library: Library, name: str, size: int) -> None:
    commit(library, proxy="{}", scout="[]")
    os.truncate(library.artifact(KEY) / name, size)
    assert library.files(KEY) is None
    commit(library, proxy="[1]", scout="[2]")
    assert library.files(KEY) == ("proxy.json", "scout.json")
    assert library.read_json(KEY, "scout.json") == [2]
    assert library.said(KEY) == {"said": {"proxy": "[1]", "scout": "[2]"}}
    assert not list(library.shelf("staging").iterdir())


def test_artifacts_of_which_one_is_missing_are_made_anew(library: Library) -> None:
    commit(library, proxy="{}", scout="[]")
    library.file(KEY, "scout.json").unlink()
    assert library.files(KEY) is None
    library.check({"proxy.json": KEY})
    with pytest.raises(ForgeError, match=r"scout\.json .* missing or damaged") as caught:
        library.check({"proxy.json": KEY, "scout.json": KEY})
    assert caught.value.code == "artifact_damaged"


def test_what_became_unreadable_at_the_same_size_is_an_error_of_its_own(library: Library) -> None:
    commit(library, proxy="{}")
    library.file(KEY, "proxy.json").write_text("xx")
    with pytest.raises(ForgeError) as caught:
        library.read_json(KEY, "proxy.json")
    assert caught.value.code == "artifact_damaged"


def test_a_checkpoint_of_damaged_artifacts_outlives_a_sweep(library: Library) -> None:
    commit(library, proxy="{}")
    (library.checkpoint(KEY) / "chunks.jsonl").write_text("{}")
    library.file(KEY, "proxy.json").unlink()
    library.sweep()
    assert (library.checkpoint(KEY) / "chunks.jsonl").exists()


def test_artifacts_of_an_older_forge_lack_what_is_not_there(library: Library) -> None:
    """They have no manifest, so all that can be seen of them is which files there are."""
    library.artifact(KEY).mkdir(parents=True)
    library.file(KEY, "probe.json").write_text("{}")
    assert library.files(KEY, ["probe.json"]) == ("probe.json",)
    assert library.files(KEY, ["probe.json", "peaks.json"]) is None
    library.check({"probe.json": KEY})
    with pytest.raises(ForgeError):
        library.check({"peaks.json": KEY})


def test_artifacts_of_an_older_forge_say_nothing(library: Library) -> None:
    library.artifact(KEY).mkdir(parents=True)
    assert library.said(KEY) == {}


@pytest.mark.parametrize("name", ["../x.json", "a/b.json", "", ".json", "x", "X.json", "a.json\n"])
def test_names_that_leave_the_folder_are_refused(library: Library, name: str) -> None:
    with pytest.raises(ForgeError):
        library.file(KEY, name)


@pytest.mark.parametrize("key", ["", "..", "0" * 31, "0" * 33, "g" * 32, "0" * 31 + "/"])
def test_keys_that_are_none_are_refused(library: Library, key: str) -> None:
    with pytest.raises(ForgeError):
        library.artifact(key)


def test_the_token_is_kept_and_private(library: Library) -> None:
    token = library.secret()
    assert len(token) >= 32
    assert library.secret() == token
    if os.name != "nt":
        assert library.token.stat().st_mode & 0o777 == 0o600


def test_an_unusable_data_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ForgeError) as caught:
        Library(tmp_path / "file" / "data").prepare()
    assert caught.value.code == "data_unwritable"
