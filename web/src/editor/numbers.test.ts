/** Rules: pure values; whatever is typed, a field gives whole numbers within its bounds or none. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepped, typedNumber } from "./numbers";

fc.configureGlobal({ seed: 20 });

const BOUNDS = { min: 16, max: 1920 };

describe("a typed number", () => {
  it("is rounded and kept within the bounds", () => {
    expect(typedNumber(" 640.4 ", BOUNDS)).toBe(640);
    expect(typedNumber("-3", BOUNDS)).toBe(16);
    expect(typedNumber("1e9", BOUNDS)).toBe(1920);
    expect(typedNumber("Infinity", BOUNDS)).toBe(1920);
  });

  it("is none where nothing, or no number, was typed", () => {
    for (const text of ["", "  ", "abc", "12px", "1,5"])
      expect(typedNumber(text, BOUNDS)).toBeNull();
  });

  it("is stepped from what was typed, or from the value where that is no number", () => {
    expect(stepped(null, 100, 1, BOUNDS)).toBe(101);
    expect(stepped("200", 100, -10, BOUNDS)).toBe(190);
    expect(stepped("abc", 100, 1, BOUNDS)).toBe(101);
    expect(stepped("", 100, -1, BOUNDS)).toBe(99);
    expect(stepped(null, 16, -1, BOUNDS)).toBe(16);
  });

  it("never leaves the bounds, and is never no number, whatever is typed", () => {
    const value = fc.integer(BOUNDS);
    const step = fc.constantFrom(-10, -1, 1, 10);
    fc.assert(
      fc.property(fc.option(fc.string()), value, step, (text, now, by) => {
        const next = stepped(text, now, by, BOUNDS);
        expect(Number.isInteger(next)).toBe(true);
        expect(next).toBeGreaterThanOrEqual(BOUNDS.min);
        expect(next).toBeLessThanOrEqual(BOUNDS.max);
      }),
    );
  });
});
