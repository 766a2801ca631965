"""axe-core as a judge of what a real browser shows, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

#: The studio's own copy, which its build has installed.
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: All rules for the dark theme; the light one differs from it in its colours only.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[Literal["dark", "light"], dict[str, object]] = {
    "dark": {"type": "tag", "values": TAGS},
    "light": {"type": "rule", "values": ["color-contrast"]},
}
JUDGE = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""


class Judge:
    """Collects what axe objects to on a page, in both themes."""

    def __init__(self, page: Page, axe: str, pictures: Path) -> None:
        self.page, self.axe, self.pictures = page, axe, pictures
        self.violations: list[str] = []

    def look(self, place: str) -> None:
        """Judges what the page shows now; the words say where one is."""
        for theme, rules in RULES.items():
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.screenshot(path=self.pictures / f"{place} {theme}.png")
            if not self.page.evaluate("typeof window.axe === 'object'"):
                # Through the protocol: the page's own policy lets no foreign script in.
                self.page.evaluate(self.axe)
            found = self.page.evaluate(JUDGE, rules)
            self.violations += [f"{place}, {theme}: {one}" for one in found]
