"""A clip's captions over HTTP: as it is, and as it would be after an edit.

Rules of this file: localhost and port 0; the recording is none, what its steps would have found
is written down by hand; the layout itself has tests of its own.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from forge.captions.fonts import FONTS
from forge.store.steps import put_outcome
from tests.api.conftest import Running
from tests.api.test_deletion import imported

pytestmark = pytest.mark.skipif(
    not (FONTS / "Anton-Regular.woff").is_file(), reason="the build has not copied the fonts"
)
WORDS = [
    {"word": word, "start": at * 0.4, "end": at * 0.4 + 0.35, "speaker": f"SPEAKER_0{at // 3}"}
    for at, word in enumerate(["We", "remember", "it.", "Go", "now", "please"])
]

TURNS = [
    {"speaker": "SPEAKER_01", "start": 1.2, "end": 2.4},
    {"speaker": "SPEAKER_00", "start": 0.0, "end": 1.2},
]


async def found(forge: Running, vod_id: str, step: str, name: str, content: Any) -> None:
    """What a step would have left behind."""
    library, key = forge.system.library, f"{len(name):032x}"
    staged = library.stage(vod_id, step, 1)
    (staged / name).write_text(json.dumps(content))
    with library.holds.hold(key):
        library.commit(staged, key, [name])
        await forge.system.ledger.run(
            lambda db: put_outcome(db, vod_id, step, key, [name], "", 0.0)
        )


async def clip_with_words(forge: Running, folder: Path) -> str:
    path = folder / "vod.mp4"
    path.write_bytes(b"no recording")
    made = await imported(forge, path)
    project, vod = made["project"]["id"], made["vod"]["id"]
    video = {"width": 1280, "height": 720, "fps": 60.0, "vfr": False}
    await found(forge, vod, "probe", "probe.json", {"video": video, "audio": {}, "duration": 60.0})
    await found(forge, vod, "transcription", "transcript.json", {"words": WORDS, "turns": TURNS})
    clip = await forge.client.post(f"/api/projects/{project}/clips", {"start": 0.0, "end": 10.0})
    return str(clip["id"])


def lines(layout: dict[str, Any]) -> list[str]:
    return [" ".join(word["text"] for word in cue["words"]) for cue in layout["cues"]]


async def test_captions_of_a_clip_as_it_is_and_as_it_would_be(
    forge: Running, tmp_path: Path
) -> None:
    clip_id = await clip_with_words(forge, tmp_path)
    url = f"/api/clips/{clip_id}/captions"
    layout = await forge.client.get(url)
    assert lines(layout) == ["We remember it.", "Go now please"]
    assert (layout["width"], layout["height"], layout["fps"]) == (1080, 1920, 30.0)
    assert layout["look"]["style"] == "bold"
    assert [cue["speaker"] for cue in layout["cues"]] == ["SPEAKER_00", "SPEAKER_01"]
    assert layout["speakers"] == ["SPEAKER_00", "SPEAKER_01"]
    assert [word["said"] for word in layout["words"]] == [word["word"] for word in WORDS]

    captions = {
        "style": "impact",
        "colours": {"SPEAKER_01": "#00aaff"},
        "words": [{"index": 1, "at": 0.4, "text": "forget", "breaks": "before"}],
    }
    edit = {"captions": captions, "cuts": [{"start": 1.9, "end": 10.0}]}
    tried = await forge.client.post(url, edit, preset="9:16-60")
    assert lines(tried) == ["WE", "FORGET IT.", "GO NOW"]
    assert tried["fps"] == 60.0
    assert tried["cues"][2]["words"][0]["colour"] == "#00aaff"
    assert lines(await forge.client.get(url)) == lines(layout), "nothing was stored"
    assert (await forge.client.get(f"/api/clips/{clip_id}"))["rev"] == 1

    wide = await forge.client.get(url, preset="source")
    assert (wide["width"], wide["height"], wide["fps"]) == (1280, 720, 60.0)


async def test_the_fonts_of_a_layout_can_be_fetched(forge: Running, tmp_path: Path) -> None:
    clip_id = await clip_with_words(forge, tmp_path)
    layout = await forge.client.get(f"/api/clips/{clip_id}/captions")
    for font in layout["fonts"]:
        answer = await forge.http.get(font["url"], headers=forge.bearer)
        assert answer.headers["content-type"] == "font/woff"
        assert answer.content == (FONTS / font["file"]).read_bytes()
    for name in ("Anton-OFL.txt", "..%2Ffonts.py", "Nowhere.woff", "Anton-Regular.woff/x"):
        gone = await forge.http.get(f"/api/fonts/{name}", headers=forge.bearer)
        assert gone.status_code == 404, name
    assert (await forge.http.get("/api/fonts/Anton-Regular.woff")).status_code == 401


async def test_what_cannot_be_captioned_says_why(forge: Running, tmp_path: Path) -> None:
    clip_id = await clip_with_words(forge, tmp_path)
    post = partial(forge.http.post, f"/api/clips/{clip_id}/captions", headers=forge.bearer)
    for edit, status, code in (
        ({"captions": {"style": "comic sans"}}, 422, "unknown_style"),
        ({"cuts": [{"start": 0, "end": 10}]}, 422, "all_cut"),
        ({"start": 9, "end": 3}, 422, "bad_span"),
        ({"captions": {"scale": 9}}, 422, "bad_request"),
    ):
        answer = await post(json=edit)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    unknown = "00000000-0000-4000-8000-000000000000"
    gone = await forge.http.get(f"/api/clips/{unknown}/captions", headers=forge.bearer)
    assert gone.status_code == 404


async def test_captions_wait_for_the_first_step(forge: Running, tmp_path: Path) -> None:
    path = tmp_path / "vod.mp4"
    path.write_bytes(b"no recording")
    made = await imported(forge, path)
    project = made["project"]["id"]
    clip = await forge.client.post(f"/api/projects/{project}/clips", {"start": 0.0, "end": 5.0})
    answer = await forge.http.get(f"/api/clips/{clip['id']}/captions", headers=forge.bearer)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_ready"


async def test_the_styles_can_be_drawn(forge: Running) -> None:
    styles = (await forge.client.get("/api/captions/styles"))["styles"]
    assert [each["style"] for each in styles][:2] == ["bold", "impact"]
    assert all(each["title"] and each["layout"]["cues"] for each in styles)
