/** Rules: lanes and spans are plain numbers; no canvas is needed to find what a pointer is on. */
import { expect, it } from "vitest";
import { firstAppearances, heightOf, laneAt, lanesOf, MOST_SPEAKERS, spanAt } from "./lanes";

const speakers = Array.from({ length: 9 }, (_, place) => `S${place}`);

it("stacks what a recording has, without overlap", () => {
  const lanes = lanesOf({
    thumbs: true,
    sound: true,
    highlight: true,
    signals: ["chat"],
    speakers,
  });
  expect(lanes.map((lane) => lane.kind)).toEqual([
    ...["ruler", "thumbs", "sound", "moments", "highlight", "signal"],
    ...Array(MOST_SPEAKERS).fill("speaker"),
  ]);
  for (const [place, lane] of lanes.slice(1).entries()) {
    const above = lanes[place];
    expect(lane.top).toBeGreaterThanOrEqual((above?.top ?? 0) + (above?.height ?? 0));
  }
  expect(heightOf(lanes)).toBe((lanes.at(-1)?.top ?? 0) + (lanes.at(-1)?.height ?? 0));
  expect(new Set(lanes.map((lane) => lane.id)).size).toBe(lanes.length);
});

it("leaves out what it has not", () => {
  const bare = { thumbs: false, sound: false, highlight: false, signals: [], speakers: [] };
  expect(lanesOf(bare).map((lane) => lane.kind)).toEqual(["ruler", "moments"]);
  expect(heightOf([])).toBe(0);
});

it("finds the lane under every pixel, and none below", () => {
  const lanes = lanesOf({ thumbs: true, sound: true, highlight: true, signals: [], speakers: [] });
  for (let y = 0; y < heightOf(lanes); y++) expect(laneAt(lanes, y)).toBeDefined();
  expect(laneAt(lanes, heightOf(lanes) + 10)).toBeUndefined();
  expect(laneAt(lanes, 0)?.kind).toBe("ruler");
});

it("takes the inner one of two spans, and a thin one by its neighbourhood", () => {
  const outer = { start: 10, end: 60 };
  const inner = { start: 20, end: 30 };
  expect(spanAt([outer, inner], 25, 0)).toBe(inner);
  expect(spanAt([outer, inner], 40, 0)).toBe(outer);
  expect(spanAt([outer, inner], 61, 0)).toBeUndefined();
  expect(spanAt([outer, inner], 61, 2)).toBe(outer);
});

it("numbers speakers by who speaks first", () => {
  const turns = [{ speaker: "B" }, { speaker: "A" }, { speaker: "B" }];
  expect(firstAppearances(turns)).toEqual(["B", "A"]);
});
