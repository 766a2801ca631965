/** Rules: whatever lies in the browser's storage, a usable choice comes out. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readChoice, toggled } from "./choice";

it("makes something usable of anything", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(null)), (stored) => {
      const { presets, kinds } = readChoice(stored);
      expect(presets.length).toBeGreaterThan(0);
      expect(kinds.length).toBeGreaterThan(0);
    }),
  );
});

it("remembers what it knows, and drops what it does not", () => {
  const stored = JSON.stringify({ presets: ["1:1", "3:7", "9:16"], kinds: ["srt", "avi"] });
  expect(readChoice(stored)).toEqual({ presets: ["9:16", "1:1"], kinds: ["srt"] });
});

it("toggles in the order of the whole list", () => {
  const all = ["a", "b", "c"];
  expect(toggled(all, ["c"], "a")).toEqual(["a", "c"]);
  expect(toggled(all, ["a", "c"], "a")).toEqual(["c"]);
});
