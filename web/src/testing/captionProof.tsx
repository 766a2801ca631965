import { createRoot } from "react-dom/client";
import { CaptionOverlay } from "../captions/CaptionOverlay";
import { loadFont } from "../captions/fonts";
import type { CaptionLayout } from "../captions/layout";

/**
 * A page with nothing but the caption overlay, for the test that compares it with what is burned.
 * It is built by that test and is no part of the studio.
 */
const root = createRoot(document.body.appendChild(document.createElement("main")));

/** Draws a moment of some layouts. Resolves when it is on the screen, fonts and all. */
async function draw(layouts: CaptionLayout[], time: number): Promise<void> {
  await Promise.all(layouts.flatMap((layout) => layout.fonts).map(loadFont));
  root.render(
    layouts.map((layout, at) => (
      <CaptionOverlay
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        key={at}
        layout={layout}
        time={time}
        width={layout.width}
        height={layout.height}
      />
    )),
  );
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

/** What is drawn: the letters on top, with their colour, and how far words are filled, in pixels. */
function drawn(): { text: string; fill: string }[] {
  const groups = [...document.querySelectorAll("svg > g > text")];
  return groups.map((text) => ({
    text: text.textContent ?? "",
    fill: text.getAttribute("fill") ?? "",
  }));
}

function filledTo(): number[] {
  return [...document.querySelectorAll("clipPath rect")].map(
    (rect) => Number(rect.getAttribute("x")) + Number(rect.getAttribute("width")),
  );
}

Object.assign(window, { draw, drawn, filledTo });
