/**
 * Rules: the numbers come from `forge/layout`, through a fixture that the Python writes
 * (tests/unit/test_preview_geometry.py); here they must come out the same to the last pixel.
 */
import { expect, it } from "vitest";
import type { Layout, Preset, Rect, Zone } from "../api/types";
import { outputSize, type Panel, panels } from "./geometry";
import text from "./geometry.fixture.jsonl?raw";

interface Case {
  source: [number, number];
  preset: Preset;
  layout: Layout;
  zones: Zone[];
  pip: Rect | null;
  size: [number, number];
  panels: [number, number, number, number, number, number, number, number, boolean][] | null;
}

const cases = text
  .trim()
  .split("\n")
  .map((line): Case => JSON.parse(line));

const row = (one: Panel) => {
  const { crop } = one;
  return [crop.x, crop.y, crop.w, crop.h, one.x, one.y, one.width, one.height, one.blurred];
};

it("has cases of every layout and preset", () => {
  expect(new Set(cases.map((one) => one.layout)).size).toBe(4);
  expect(new Set(cases.map((one) => one.preset)).size).toBe(6);
});

it("works out every case as the export does", () => {
  for (const one of cases) {
    const source = { width: one.source[0], height: one.source[1] };
    const output = outputSize(one.preset, source);
    const found = panels(one.zones, one.layout, source, output, one.pip);
    const mine = { size: [output.width, output.height], panels: found?.map(row) ?? null };
    expect({ ...one, ...mine }).toEqual(one);
  }
});
