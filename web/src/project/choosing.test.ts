/** Rules: clips are plain values, of which a test names only what it is about. */
import { describe, expect, it } from "vitest";
import { aClip } from "../testing/samples";
import { best, type Choosing, counts, EVERYTHING, listed, ranks } from "./choosing";

const clips = [
  aClip({ id: "a", start: 300, end: 315, score: 50, state: "kept" }),
  aClip({ id: "b", start: 100, end: 130, score: 90, state: "suggested" }),
  aClip({ id: "c", start: 200, end: 260, score: 70, state: "skipped" }),
  aClip({ id: "d", start: 50, end: 70, score: 70, state: "suggested" }),
];
const ids = (choosing: Partial<Choosing>) =>
  listed(clips, { ...EVERYTHING, ...choosing }).map((clip) => clip.id);

describe("the list of moments", () => {
  it("is best first, and of equals the earlier one first", () => {
    expect(ids({})).toEqual(["b", "d", "c", "a"]);
  });

  it("comes in the order of the recording, or of length", () => {
    expect(ids({ order: "time" })).toEqual(["d", "b", "c", "a"]);
    expect(ids({ order: "longest" })).toEqual(["c", "b", "d", "a"]);
  });

  it("shows one state only", () => {
    expect(ids({ state: "open" })).toEqual(["b", "d"]);
    expect(ids({ state: "kept" })).toEqual(["a"]);
    expect(ids({ state: "skipped" })).toEqual(["c"]);
  });

  it("puts every length in exactly one class", () => {
    const classes = [ids({ length: "short" }), ids({ length: "middle" }), ids({ length: "long" })];
    expect(classes).toEqual([["a"], ["b", "d"], ["c"]]);
  });

  it("counts what each choice would show", () => {
    expect(counts(clips)).toEqual({ all: 4, open: 2, kept: 1, skipped: 1 });
  });

  it("keeps the best by score, without what was skipped", () => {
    expect(best(clips, 2).map(({ id }) => id)).toEqual(["b", "d"]);
    expect(best(clips, 9).map(({ id }) => id)).toEqual(["b", "d", "a"]);
    expect(clips.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  it("ranks by score alone", () => {
    expect([...ranks(clips)]).toEqual([
      ["b", 1],
      ["d", 2],
      ["c", 3],
      ["a", 4],
    ]);
  });
});
