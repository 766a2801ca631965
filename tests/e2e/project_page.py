"""The project view for tests: what it shows, and where its parts are."""

from __future__ import annotations

import itertools
import re
from typing import Any

from playwright.sync_api import Locator, Page

from tests.e2e.served import SOON, Server

#: Of the recordings that ``tests.bench.big_project`` writes.
FPS = 60


def api(page: Page, server: Server, path: str) -> Any:
    """What the server has, asked for with the page's session."""
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found is not None
    return page.request.get(f"{server.url}/api/projects/{found[0]}{path}").json()


def moments_of(page: Page, server: Server) -> list[dict[str, Any]]:
    """The first recording's moments, the best first."""
    vod_id = api(page, server, "")["vods"][0]["id"]
    return [clip for clip in api(page, server, "/clips")["clips"] if clip["vod_id"] == vod_id]


def seconds(page: Page) -> float:
    """The time on the transport bar, which has no hours here."""
    minutes, whole, frame = re.split(":| f", page.get_by_test_id("time").inner_text())
    return int(minutes) * 60 + int(whole) + int(frame) / FPS


def at(page: Page, time: float, slack: float = 1 / FPS) -> None:
    """The clock shows a time, within a frame, and the picture is there too."""
    page.wait_for_function(
        """([time, slack]) => {
          const video = document.querySelector("video");
          return !video.seeking && Math.abs(video.currentTime - time) <= slack;
        }""",
        arg=[time, slack],
        timeout=SOON,
    )
    assert abs(seconds(page) - time) <= slack + 1 / FPS


def shown(page: Page) -> tuple[float, float]:
    """The part of the recording that the track shows, by the frame on the overview."""
    frame = page.locator(".overview-frame")
    left, width = frame.evaluate("one => [one.style.left, one.style.width].map(parseFloat)")
    return left / 100, (left + width) / 100


def narrower(page: Page, percent: float) -> None:
    """The track shows less than that part of the recording."""
    width = "parseFloat(document.querySelector('.overview-frame').style.width)"
    page.wait_for_function(f"() => {width} < {percent}")


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return dict(found)


def lane(page: Page, kind: str) -> dict[str, float]:
    return box(page.locator(f".track-ground-{kind}").first)


def every_lane_is_drawn(page: Page) -> None:
    """There is ink on the track's canvas in each of its lanes."""
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector("[data-testid=track]");
          const ctx = canvas.getContext("2d");
          return [...document.querySelectorAll(".track-ground")].every((one) => {
            const [top, height] = [one.offsetTop, one.offsetHeight];
            const { data } = ctx.getImageData(0, top, canvas.width, height);
            return data.some((value, place) => place % 4 === 3 && value > 0);
          });
        }""",
        timeout=SOON,
    )


def widest_gap(clips: list[dict[str, Any]]) -> tuple[float, float]:
    """The longest stretch between two moments."""
    ordered = sorted(clips, key=lambda clip: float(clip["start"]))
    gaps = [(float(one["end"]), float(two["start"])) for one, two in itertools.pairwise(ordered)]
    return max(gaps, key=lambda gap: gap[1] - gap[0])


def drag(
    page: Page, start: tuple[float, float], end: tuple[float, float], *, give_up: bool = False
) -> None:
    """A drag of the mouse; ``give_up`` presses Escape before the button is let go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    if give_up:
        page.keyboard.press("Escape")
    page.mouse.up()
