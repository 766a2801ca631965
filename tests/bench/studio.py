"""The studio with a project of four hours, in a real browser.

    python tests/bench/studio.py [--data DIR] [--minutes 1] [--hours 4]

DIR is a data folder that ``big_project.py`` has filled; without it one is made and removed.
Printed are the time to open the project (from the library, and by its address in a fresh tab), the
95th percentile of the frame times while the transcript scrolls and while the timeline zooms from
the whole to frames and back, the memory at the start and the end of ``--minutes`` of play, and the
compressed size of the first load's scripts. A goal that is missed is marked.

Frame times are those of ``requestAnimationFrame``: a frame that was not ready in time shows as
two. Trap: they are the machine's as much as the studio's; nothing else may run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
from big_project import write_project
from evening import Scale
from machine import machine
from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.chromium import launched
from tests.e2e.served import Server

#: Resolves to milliseconds when the moments, the transcript and the timeline are drawn.
SHOWN = """(began) => new Promise((resolve) => {
  const look = () => {
    const track = document.querySelector("[data-testid=track]");
    const there = track && track.width > 300
      && document.querySelector("[data-testid=candidate]")
      && document.querySelector("[data-testid=transcript] [data-word]");
    if (there) requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  look();
})"""

#: Calls `step(share)` in every frame for some seconds; resolves to the frame times in milliseconds.
FRAMES = """async ([step, seconds]) => {
  const act = new Function("share", step);
  const times = [];
  const began = performance.now();
  let last = began;
  return new Promise((resolve) => {
    const tick = (now) => {
      times.push(now - last);
      last = now;
      const share = (now - began) / 1000 / seconds;
      if (share >= 1) return resolve(times.slice(1));
      act(share);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}"""

SCROLL = """document.querySelector("[data-testid=transcript]").scrollTop += 60;"""
#: In for the first half, out for the second, around a place a third from the left.
ZOOM = """
  const track = document.querySelector("[data-testid=track]");
  const box = track.getBoundingClientRect();
  track.dispatchEvent(new WheelEvent("wheel", {
    deltaY: share < 0.5 ? -28 : 28, clientX: box.left + box.width / 3,
    clientY: box.top + 60, bubbles: true, cancelable: true,
  }));
"""


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def renderer_memory() -> float:
    """MiB that the browser's processes have resident, together."""
    children = psutil.Process().children(recursive=True)
    sizes = [each.memory_info().rss for each in children if "chrom" in each.name()]
    return sum(sizes) / 2**20


def heap(page: Page) -> float:
    """MiB of live objects: garbage is collected first."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 2**20


def scripts(page: Page) -> float:
    """Kilobytes of script as they came over the line."""
    loaded = "performance.getEntriesByType('resource').filter((one) => /\\.js$/.test(one.name))"
    total = page.evaluate(f"{loaded}.reduce((sum, one) => sum + one.encodedBodySize, 0)")
    return float(total) / 1e3


def measure(server: Server, browser: Browser, minutes: float) -> list[tuple[str, str, bool | None]]:
    """Name, figure and whether the goal is met; None where there is none."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(server.link)
    card = page.get_by_test_id("project-card").first
    card.wait_for()
    page.wait_for_load_state("networkidle")
    size = scripts(page)
    rows: list[tuple[str, str, bool | None]] = []
    rows.append(("first load, compressed script", f"{size:.0f} kB", size <= 300))
    began = page.evaluate("performance.now()")
    card.click()
    opened = page.evaluate(SHOWN, began)
    rows.append(("open, from the library", f"{opened:.0f} ms", opened < 2000))
    fresh = context.new_page()
    fresh.goto(page.url, wait_until="commit")
    cold = fresh.evaluate(SHOWN, 0)
    rows.append(("open, by its address", f"{cold:.0f} ms", cold < 2000))
    fresh.close()
    page.wait_for_load_state("networkidle")
    for name, step in (("transcript scrolling", SCROLL), ("timeline zoom", ZOOM)):
        times = page.evaluate(FRAMES, [step, 8])
        worst = max(times)
        figure = f"p95 {p95(times):.1f} ms, worst {worst:.0f} ms, {len(times)} frames"
        rows.append((f"{name}, frame time", figure, p95(times) < 20))
    rows += play(page, minutes)
    return rows


def play(page: Page, minutes: float) -> list[tuple[str, str, bool | None]]:
    """Memory while the recording plays; after the first minute it must not grow any more."""
    page.get_by_test_id("play-button").click()
    samples: list[tuple[float, float, float]] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 60 * minutes:
        page.wait_for_timeout(min(10_000, 1000 * (60 * minutes - passed)))
        samples.append((time.monotonic() - began, heap(page), renderer_memory()))
    settled = [sample for sample in samples if sample[0] >= min(60, 30 * minutes)]
    (_, heap_first, all_first), (_, heap_last, all_last) = settled[0], settled[-1]
    still = float(page.evaluate("document.querySelector('video').currentTime"))
    played = f"{minutes:g} min of play"
    flat = heap_last < heap_first + 5
    return [
        (f"{played}, script's heap", f"{heap_first:.1f} → {heap_last:.1f} MiB", flat),
        (f"{played}, all of the browser", f"{all_first:.0f} → {all_last:.0f} MiB", None),
        (f"{played}, the place it came to", f"{still:.1f} s", None),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--hours", type=float, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = asked.data or Path(scratch) / "data"
        if asked.data is None:
            write_project(data, Scale(round(asked.hours * 3600), 36_000, 3_000, 500))
        server = Server(data, Path(scratch) / "server.log")
        try:
            with launched() as browser:
                rows = measure(server, browser, asked.minutes)
        finally:
            server.end()
    what = asked.data.name if asked.data else f"{asked.hours:g} hours"
    table = Table(title=f"The studio with {what} · {machine()} · load {os.getloadavg()[0]:.1f}")
    for column in ("what", "figure", "goal"):
        table.add_column(column)
    for name, figure, met in rows:
        table.add_row(name, figure, {True: "met", False: "MISSED", None: ""}[met])
    Console().print(table)


if __name__ == "__main__":
    main()
