/** Rules: pure values; fingers come, move and go in any order, and properties hold throughout. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fingers } from "./fingers";

fc.configureGlobal({ seed: 20 });

const x = fc.integer({ min: 0, max: 2000 });
const pointer = fc.integer({ min: 1, max: 4 });
const act = fc.record({ kind: fc.constantFrom("down", "move", "lift"), pointer, x });

describe("Fingers", () => {
  it("zoom by how much further they are apart, around their middle", () => {
    const fingers = new Fingers();
    fingers.down(1, 100);
    fingers.down(2, 200);
    expect(fingers.move(2, 300)).toEqual({ factor: 0.5, middle: 150, moved: 50 });
    expect(fingers.move(1, 200)).toEqual({ factor: 2, middle: 200, moved: 50 });
  });

  it("do nothing alone: neither before the second comes nor after it has gone", () => {
    const fingers = new Fingers();
    fingers.down(1, 100);
    expect(fingers.move(1, 150)).toBeNull();
    expect(fingers.pinched).toBe(false);
    fingers.down(2, 400);
    fingers.move(2, 500);
    expect(fingers.lift(1)).toBe(true);
    expect(fingers.move(2, 300)).toBeNull();
    expect(fingers.pinched).toBe(true);
    fingers.lift(2);
    fingers.down(3, 10);
    expect(fingers.pinched).toBe(false);
  });

  it("leave a third one out", () => {
    const fingers = new Fingers();
    fingers.down(1, 100);
    fingers.down(2, 200);
    fingers.down(3, 900);
    expect(fingers.move(3, 1900)).toEqual({ factor: 1, middle: 150, moved: 0 });
  });

  it("never zoom by nothing, by everything or by no number, whatever they do", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const fingers = new Fingers();
        for (const one of acts) {
          if (one.kind === "down") fingers.down(one.pointer, one.x);
          else if (one.kind === "lift") fingers.lift(one.pointer);
          else {
            const pinch = fingers.move(one.pointer, one.x);
            if (pinch === null) continue;
            expect(fingers.count).toBeGreaterThan(1);
            expect(pinch.factor).toBeGreaterThanOrEqual(0.01);
            expect(pinch.factor).toBeLessThanOrEqual(100);
          }
        }
      }),
    );
  });

  it("undo their own zoom when they go back the same way", () => {
    fc.assert(
      fc.property(x, x, fc.array(x, { minLength: 1, maxLength: 20 }), (one, two, way) => {
        const fingers = new Fingers();
        fingers.down(1, one);
        fingers.down(2, two);
        const total = [...way, two].reduce(
          (product, place) => product * (fingers.move(2, place)?.factor ?? Number.NaN),
          1,
        );
        expect(total).toBeCloseTo(1, 9);
      }),
    );
  });
});
