/** Rules: pure numbers; properties are checked over random views of recordings up to ten hours. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  columnsOf,
  firstFrom,
  fitted,
  inView,
  length,
  longestOf,
  panned,
  revealing,
  shortestView,
  ticksFor,
  timeToX,
  type View,
  wheelFactor,
  xToTime,
  zoomed,
  zoomFor,
} from "./scale";

// The same examples in every run: what fails here fails everywhere.
fc.configureGlobal({ seed: 20 });

const duration = fc.double({ min: 1, max: 36_000, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** A recording and a view inside it. */
const scene = fc.tuple(duration, share, share).map(([seconds, size, place]) => {
  const span = Math.max(0.5, seconds * size);
  return {
    seconds,
    view: fitted({ start: place * seconds, end: place * seconds + span }, seconds, 0.5),
  };
});
const width = fc.integer({ min: 50, max: 4000 });

function within(view: View, seconds: number): void {
  expect(view.start).toBeGreaterThanOrEqual(0);
  expect(view.end).toBeLessThanOrEqual(seconds + 1e-6);
  expect(length(view)).toBeGreaterThan(0);
}

describe("a view", () => {
  it("turns times into pixels and back", () => {
    fc.assert(
      fc.property(scene, width, share, ({ view }, pixels, place) => {
        const time = view.start + place * length(view);
        const x = timeToX(time, view, pixels);
        expect(x).toBeGreaterThanOrEqual(-1e-6);
        expect(x).toBeLessThanOrEqual(pixels + 1e-6);
        expect(xToTime(x, view, pixels)).toBeCloseTo(time, 5);
      }),
    );
  });

  it("stays inside the recording, however it is zoomed and moved", () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    const by = fc.double({ min: -50_000, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(scene, share, factor, by, ({ seconds, view }, place, scale, move) => {
        const time = view.start + place * length(view);
        within(zoomed(view, time, scale, seconds, shortestView(60)), seconds);
        const moved = panned(view, move, seconds);
        within(moved, seconds);
        expect(length(moved)).toBeCloseTo(length(view), 6);
      }),
    );
  });

  it("zooms around the pointer while the recording's ends are not reached", () => {
    fc.assert(
      fc.property(scene, share, ({ seconds, view }, place) => {
        const time = view.start + place * length(view);
        const closer = zoomed(view, time, 0.5, seconds, 0.001);
        expect(timeToX(time, closer, 1000)).toBeCloseTo(timeToX(time, view, 1000), 3);
      }),
    );
  });

  it("stops at single frames and at the whole", () => {
    const whole = { start: 0, end: 14_400 };
    let view: View = whole;
    for (let turn = 0; turn < 100; turn++) view = zoomed(view, 7200, 0.7, 14_400, shortestView(60));
    expect(length(view)).toBeCloseTo(40 / 60, 6);
    for (let turn = 0; turn < 100; turn++) view = zoomed(view, 7200, 1.5, 14_400, shortestView(60));
    expect(view).toEqual(whole);
  });

  it("turns the page when the playing time leaves it, and only then", () => {
    const view = { start: 100, end: 160 };
    expect(revealing(view, 130, 14_400)).toBe(view);
    const next = revealing(view, 161, 14_400);
    expect(next).toEqual({ start: 155, end: 215 });
    expect(revealing(view, 14_400, 14_400)).toEqual({ start: 14_340, end: 14_400 });
    expect(revealing(view, 0, 14_400)).toEqual({ start: 0, end: 60 });
  });
});

describe("ticks", () => {
  it("have room for their labels, and are not further apart than they need be", () => {
    const perPixel = fc.double({ min: 0.0002, max: 60, noNaN: true });
    fc.assert(
      fc.property(perPixel, fc.constantFrom(24, 30, 60), (secondsPerPixel, fps) => {
        const { step, parts } = ticksFor(secondsPerPixel, 80, fps);
        const pixels = step / secondsPerPixel;
        expect(pixels).toBeGreaterThanOrEqual(80 - 1e-6);
        expect(parts).toBeGreaterThanOrEqual(1);
        // No step of the ladder is more than 2.5 times the one before; above it are whole hours.
        const closest = secondsPerPixel * 80 < 1 / fps;
        if (!closest) expect(pixels).toBeLessThanOrEqual(80 * 4.1);
      }),
    );
  });

  it("count frames up close, and hours from afar", () => {
    expect(ticksFor(0.0005, 80, 30)).toEqual({ step: 2 / 30, parts: 2 });
    expect(ticksFor(0.0125, 80, 30).step).toBe(1);
    expect(ticksFor(12, 80, 30).step).toBe(1800);
    expect(ticksFor(100, 80, 30).step).toBe(3 * 3600);
  });
});

describe("what is in sight", () => {
  it("is found by halving, as looking at all would find it", () => {
    const times = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 50 });
    fc.assert(
      fc.property(times, fc.integer({ min: -5, max: 1005 }), (list, value) => {
        const sorted = [...list].sort((a, b) => a - b);
        const found = firstFrom(sorted.length, (place) => sorted[place] ?? 0, value);
        expect(found).toBe(sorted.filter((time) => time < value).length);
      }),
    );
  });

  it("leaves out no span that touches the view", () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 60 }))
      .map(([start, size]) => ({ start, end: start + size }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), scene, (list, { view }) => {
        const spans = [...list].sort((a, b) => a.start - b.start);
        const [from, to] = inView(spans, view, longestOf(spans));
        const outside = [...spans.slice(0, from), ...spans.slice(to)];
        expect(outside.filter((one) => one.end > view.start && one.start < view.end)).toEqual([]);
      }),
    );
  });
});

describe("the level of detail", () => {
  it("takes the coarsest peaks that fill every pixel", () => {
    expect(zoomFor(0.09)).toBe(1);
    expect(zoomFor(1)).toBe(1);
    expect(zoomFor(1.5)).toBe(10);
    expect(zoomFor(40)).toBe(100);
    expect(zoomFor(3000)).toBe(100);
  });

  it("keeps a curve's highest value in every column, from afar", () => {
    const values = fc.array(share, { minLength: 200, maxLength: 400 });
    fc.assert(
      fc.property(values, fc.integer({ min: 5, max: 60 }), (curve, columns) => {
        const tops = columnsOf(curve, { start: 0, end: curve.length }, columns);
        expect(Math.max(...tops)).toBeCloseTo(Math.max(...curve), 5);
      }),
    );
  });

  it("draws a line between two seconds, up close", () => {
    const tops = columnsOf([0, 1, 0], { start: 0.5, end: 2.5 }, 20);
    expect(tops[0]).toBeCloseTo(0.05);
    expect(tops[9]).toBeCloseTo(0.95);
    expect(tops[19]).toBeCloseTo(0.05);
    expect([...columnsOf([], { start: 0, end: 9 }, 3)]).toEqual([0, 0, 0]);
  });
});

it("zooms by what a wheel was turned, whatever it counts in", () => {
  expect(wheelFactor(100, 0)).toBeCloseTo(1.284, 3);
  expect(wheelFactor(-100, 0) * wheelFactor(100, 0)).toBeCloseTo(1);
  expect(wheelFactor(3, 1)).toBeCloseTo(wheelFactor(48, 0));
  expect(wheelFactor(9999, 0)).toBeLessThan(2);
});
