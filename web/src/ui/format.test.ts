/** Rules: each table holds the values on both sides of every threshold. */
import { expect, it } from "vitest";
import { ago, bytes, clock, heat, left, pace, percent, span } from "./format";

it.each([
  [0, "0:00"],
  [59.99, "0:59"],
  [60, "1:00"],
  [3599.9, "59:59"],
  [3753, "1:02:33"],
  [-3, "0:00"],
])("clock(%d) is %s", (seconds, shown) => expect(clock(seconds)).toBe(shown));

it.each([
  [0.4, "0 s"],
  [34.4, "34 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [3569, "59 min"],
  [3571, "1 h 00 min"],
  [14_700, "4 h 05 min"],
  [Number.POSITIVE_INFINITY, ""],
])("span(%d) is %s", (seconds, shown) => expect(span(seconds)).toBe(shown));

it.each([
  [null, null],
  [-1, null],
  [Number.NaN, null],
  [3, "a moment left"],
  [41, "about 45 s left"],
  [58, "about 1 min left"],
  [200, "about 3 min left"],
])("left(%s) is %s", (seconds, shown) => expect(left(seconds)).toBe(shown));

it.each([
  [-30, "just now"],
  [44, "just now"],
  [46, "1 min ago"],
  [3569, "59 min ago"],
  [3600, "1 h ago"],
  [77_000, "21 h ago"],
  [80_000, "yesterday"],
  [172_800, "2 days ago"],
  [700_000, "on 24 Dec 2023"],
])("ago(%d seconds later) is %s", (passed, shown) => {
  const at = 1_703_419_200; // 24 December 2023, noon by UTC: the same day nearly everywhere.
  expect(ago(at + passed, at)).toBe(shown);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [999_600, "1.0 MB"],
  [3_140_000_000, "3.1 GB"],
  [123_000_000, "123 MB"],
  [2e15, "2000 TB"],
])("bytes(%d) is %s", (count, shown) => expect(bytes(count)).toBe(shown));

it.each([
  [null, null],
  [0, null],
  [0.53, "×0.5"],
  [12.4, "×12"],
])("pace(%s) is %s", (speed, shown) => expect(pace(speed)).toBe(shown));

it("never claims 100 % before it is", () => {
  expect(percent(99.9)).toBe("99 %");
  expect(percent(100)).toBe("100 %");
  expect(percent(120)).toBe("100 %");
});

it("heats up with the score, and clamps what is out of range", () => {
  const lightness = (score: number) => Number(heat(score).slice(6, 11));
  expect(lightness(90)).toBeGreaterThan(lightness(20));
  expect(lightness(0)).toBeGreaterThanOrEqual(0.6); // Below it, dark words have less than 4.5:1.
  expect(heat(150)).toBe(heat(100));
  expect(heat(-5)).toBe(heat(0));
});
