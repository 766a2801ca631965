"""A chat download that comes by upload beside its recording, from a browser that knows no paths.

Rules of this file: real sockets, real uploads; the recording is a text that fails at its probe,
because only its import matters here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from forge.edge import tus
from forge.errors import ForgeError
from tests.api.conftest import Running

CHAT = b"time,user,message\n1,ann,hello\n2,bob,hi\n"


async def upload(forge: Running, content: bytes, announced: int | None = None) -> str:
    """The id of an upload that holds ``content``, complete unless more was announced."""
    answer = await forge.http.post(
        "/api/uploads",
        content=content,
        headers={
            **forge.bearer,
            "Tus-Resumable": tus.VERSION,
            "Content-Type": tus.CONTENT_TYPE,
            "Upload-Length": str(announced or len(content)),
        },
    )
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"]).rpartition("/")[2]


async def refusal(forge: Running, **body: object) -> str:
    with pytest.raises(ForgeError) as caught:
        await forge.client.post("/api/projects", {"analyze": False, **body})
    return caught.value.code


async def test_chat_comes_with_its_recording_and_its_upload_goes(
    forge: Running, text_named_mp4: Path
) -> None:
    library = forge.system.library
    chat, video = await upload(forge, CHAT), await upload(forge, text_named_mp4.read_bytes())
    made = await forge.client.post(
        "/api/projects", {"upload_id": video, "chat_upload_id": chat, "analyze": False}
    )
    vod = made["vod"]
    assert vod["has_chat"]
    stored = library.file(vod["artifacts"]["chat.json"], "chat.json")
    assert stored.read_bytes() == CHAT
    assert [folder.name for folder in library.uploads.iterdir()] == [video]


async def test_a_refused_import_keeps_the_chat_for_the_next_try(
    forge: Running, text_named_mp4: Path
) -> None:
    path = str(text_named_mp4)
    await forge.client.post("/api/projects", {"path": path, "analyze": False})
    chat = await upload(forge, CHAT)
    assert await refusal(forge, path=path, chat_upload_id=chat) == "duplicate_source"
    body = {"path": path, "chat_upload_id": chat, "analyze": False}
    made = await forge.client.post("/api/projects", body, force="true")
    assert made["vod"]["has_chat"]


async def test_what_is_no_chat_is_refused_before_anything_is_written(
    forge: Running, text_named_mp4: Path
) -> None:
    path = str(text_named_mp4)
    other, short = await upload(forge, b"no chat at all"), await upload(forge, CHAT, 1000)
    assert await refusal(forge, path=path, chat_upload_id=other) == "bad_chat"
    assert await refusal(forge, path=path, chat_upload_id=short) == "upload_incomplete"
    assert await refusal(forge, path=path, chat_upload_id=other, chat=path) == "bad_request"
    assert await refusal(forge, upload_id=other, chat_upload_id=other) == "bad_request"
    assert (await forge.client.get("/api/projects"))["projects"] == []
