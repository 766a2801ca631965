"""Fingers and a mouse, as the system would send them to the browser.

What they do is drawn when a call returns. Playwright's own mouse always tells the page where it is
let go, and has one finger: here a release can be lost, and fingers come and go one by one.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page

Point = tuple[float, float]
#: Looks at the two next frames: what a pointer has done is drawn by then.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Hand:
    """Fingers and a mouse, below what Playwright's own would allow."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def press(self, *fingers: Point) -> None:
        """These fingers are down now: the last of them has come."""
        self._touch("touchStart", dict(enumerate(fingers)))

    def move(self, *fingers: Point, first: int = 0) -> None:
        """The fingers from ``first`` on are there now."""
        self._touch("touchMove", dict(enumerate(fingers, first)))

    def lift(self, finger: int, at: Point) -> None:
        """One finger goes where it is, the others stay."""
        self._touch("touchEnd", {finger: at})

    def let_go(self) -> None:
        self._touch("touchEnd", {})

    def _touch(self, kind: str, fingers: dict[int, Point]) -> None:
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in fingers.items()]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.page.evaluate(DRAWN)

    def mouse(self, kind: str, at: Point, held: bool) -> None:
        event: dict[str, Any] = {"type": kind, "x": at[0], "y": at[1], "buttons": int(held)}
        if kind == "mousePressed":
            event |= {"button": "left", "clickCount": 1}
        self.session.send("Input.dispatchMouseEvent", event)
        self.page.evaluate(DRAWN)

    def pull_and_lose(self, start: Point, dx: float, more: float) -> None:
        """A drag by ``dx``, let go over another window; then the mouse comes back elsewhere."""
        self.page.mouse.move(*start)
        self.mouse("mousePressed", start, held=True)
        for part in (0.5, 1.0):
            self.mouse("mouseMoved", (start[0] + part * dx, start[1]), held=True)
        for part in (0.5, 1.0):
            self.mouse("mouseMoved", (start[0] + dx + part * more, start[1]), held=False)
