/** Rules: rectangles are fractions of the frame; whatever is done to one, it stays in the frame. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, guidesFor, LEAST, moved, onPixels, resized } from "./snapping";

const rect = { x: 0.2, y: 0.2, w: 0.4, h: 0.4 };
const reach = { x: 0.02, y: 0.02 };
const guides = guidesFor([]);

describe("moving", () => {
  it("snaps edges and middles, and says to what", () => {
    const left = moved(rect, -0.19, 0, guides, reach);
    expect(left.rect.x).toBe(0);
    expect(left.lines.x).toEqual([0]);
    const middle = moved(rect, 0.09, 0.11, guides, reach);
    expect(middle.rect).toMatchObject({ w: 0.4, h: 0.4 });
    expect(middle.rect.x).toBeCloseTo(0.3);
    expect(middle.lines).toEqual({ x: [0.5], y: [0.5] });
  });

  it("snaps to another rectangle's edge", () => {
    const other = { x: 0.73, y: 0.1, w: 0.2, h: 0.2 };
    const snap = moved(rect, 0.12, 0, guidesFor([other]), reach);
    expect(snap.rect.x + snap.rect.w).toBeCloseTo(0.73);
  });

  it("goes where it is put when nothing is near", () => {
    expect(moved(rect, 0.05, 0.04).rect).toEqual({ ...rect, x: 0.25, y: 0.24000000000000002 });
  });
});

describe("resizing", () => {
  it("moves the pulled edges only", () => {
    const { rect: next } = resized(rect, { right: true, bottom: true }, 0.1, 0.05);
    expect(next).toMatchObject({ x: 0.2, y: 0.2 });
    expect(next.w).toBeCloseTo(0.5);
    expect(next.h).toBeCloseTo(0.45);
  });

  it("takes a shape that is near, from the corner that stays", () => {
    const { rect: next } = resized(
      rect,
      { left: true, top: true },
      -0.095,
      -0.05,
      undefined,
      reach,
      1.1,
    );
    expect(next.w / next.h).toBeCloseTo(1.1);
    expect(next.x + next.w).toBeCloseTo(0.6);
    expect(next.y + next.h).toBeCloseTo(0.6);
  });

  it("leaves a shape that is far, unless it is to be kept", () => {
    const pull = [rect, { right: true, bottom: true }, 0.3, 0, undefined, reach, 1] as const;
    expect(resized(...pull).rect.w).toBeCloseTo(0.7);
    const kept = resized(...pull, true).rect;
    expect(kept.w).toBeCloseTo(kept.h);
  });
});

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const inFrame = fc
  .tuple(fraction, fraction, fraction, fraction)
  .map(([ax, ay, bx, by]) => between(ax, ay, bx, by));
const shift = fc.double({ min: -2, max: 2, noNaN: true });
const edges = fc.record({
  left: fc.boolean(),
  top: fc.boolean(),
  right: fc.boolean(),
  bottom: fc.boolean(),
});

it("keeps every rectangle in the frame and above the smallest size", () => {
  const isFine = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }) => {
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.min(w, h)).toBeGreaterThanOrEqual(LEAST - 1e-9);
  };
  fc.assert(
    fc.property(
      inFrame,
      inFrame,
      shift,
      shift,
      edges,
      fc.option(fc.double({ min: 0.2, max: 5, noNaN: true })),
      fc.boolean(),
      (one, other, dx, dy, pulled, shape, keep) => {
        const near = guidesFor([other]);
        isFine(moved(one, dx, dy, near, reach).rect);
        isFine(resized(one, pulled, dx, dy, near, reach, shape, keep).rect);
      },
    ),
  );
});

it("lies on whole pixels after it was on whole pixels", () => {
  fc.assert(
    fc.property(inFrame, (one) => {
      const once = onPixels(one, 1920, 1080);
      expect(onPixels(once, 1920, 1080)).toEqual(once);
      expect(Math.abs(once.x - one.x) * 1920).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
  );
});
