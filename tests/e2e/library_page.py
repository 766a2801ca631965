"""The library as tests use it: its cards and transfers, files, and requests with its session.

Rules of this file: nothing here waits for anything but the page, and nothing asserts more than
that a request was taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.served import Server

#: Milliseconds, for a step's real work.
WORK = 60_000
#: A chat in the plainest form that is read.
CHAT = "time,user,message\n1,ann,hello\n2,bob,hi\n"


def not_a_video(folder: Path, name: str) -> Path:
    """A file that may be imported and fails at its probe: the cheapest recording there is."""
    path = folder / name
    path.write_text(f"this is {name}, and no video\n")
    return path


def ask(page: Page, server: Server, path: str, body: Any = None) -> Any:
    """A request to the API with the page's session; a POST when there is a body."""
    url = f"{server.url}{path}"
    if body is None:
        return page.request.get(url).json()
    answer = page.request.post(url, data=body, headers={"X-Forge": "1"})
    assert answer.ok, answer.text()
    return answer.json()


def read_in(page: Page, server: Server, recording: Path, title: str) -> str:
    """Imports a recording without analysing it: the project's id, once the page shows it done.

    Another project may have it already.
    """
    body = {"path": str(recording), "title": title, "analyze": False}
    project: str = ask(page, server, "/api/projects?force=true", body)["project"]["id"]
    page.get_by_test_id("nav-jobs").click()
    read = page.get_by_test_id("job").filter(has_text=title)
    expect(read).to_have_attribute("data-status", "completed", timeout=WORK)
    return project


def card(page: Page, title: str) -> Locator:
    return page.get_by_test_id("project-card").filter(has_text=title)


def transfer(page: Page, name: str) -> Locator:
    return page.get_by_test_id("transfer").filter(has_text=name)


def drop(page: Page, files: dict[str, str]) -> None:
    """Drags files in from outside and lets go of them over the page."""
    page.evaluate(
        """(files) => {
          const data = new DataTransfer();
          for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
          window.drag = (type) => document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        files,
    )
    page.evaluate("window.drag('dragenter')")
    expect(page.get_by_test_id("drop-anywhere")).to_be_visible()
    page.evaluate("window.drag('drop')")
    expect(page.get_by_test_id("drop-anywhere")).to_have_count(0)
