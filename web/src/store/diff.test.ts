/** Rules: a difference is made and used on whole clips; what comes out is compared whole. */
import { describe, expect, it } from "vitest";
import type { Clip, Zone } from "../api/types";
import { aClip } from "../testing/samples";
import { composed, diff, editBetween, inverse, merge, same } from "./diff";

const facecam: Zone = { kind: "facecam", rect: { x: 0, y: 0, w: 0.2, h: 0.2 } };
const gameplay: Zone = { kind: "gameplay", rect: { x: 0.3, y: 0, w: 0.4, h: 1 } };
const word = (index: number, text: string) => ({ index, at: index, text });
const clip = aClip({ zones: [facecam, gameplay], cuts: [{ start: 62, end: 63 }] });

function withWords(words: ReturnType<typeof word>[], style = "bold"): Clip {
  const plain = words.map((one) => ({ ...one, start: null, end: null, breaks: null }));
  return { ...clip, captions: { ...clip.captions, style, words: plain } };
}

describe("a difference", () => {
  it("names what changed, down to the member of a list", () => {
    const moved = { ...facecam, rect: { ...facecam.rect, x: 0.5 } };
    const after = { ...clip, title: "New", zones: [moved, gameplay] };
    expect(diff(clip, after)).toEqual([
      { key: "title", before: "The jump", after: "New" },
      { key: "zones/facecam", before: facecam, after: moved },
    ]);
  });

  it("does not see values that are equal but other objects", () => {
    expect(diff(clip, structuredClone(clip))).toEqual([]);
  });

  it("ignores what a person cannot change", () => {
    expect(diff(clip, { ...clip, rev: 9, score: 1, updated_at: 5 })).toEqual([]);
  });

  it("turned round leads back", () => {
    const after = {
      ...withWords([word(3, "hi"), word(9, "")]),
      cuts: [],
      layout: "split" as const,
    };
    const back = merge(after, inverse(diff(clip, after)));
    expect(back).toEqual({ clip, clashes: [] });
  });

  it("puts a member back where it belongs", () => {
    const three = [1, 2, 3].map((start) => ({ start, end: start + 0.5 }));
    const full = { ...clip, cuts: three };
    const without = { ...clip, cuts: [three[0], three[2]].filter((cut) => cut !== undefined) };
    expect(merge(without, diff(without, full)).clip.cuts).toEqual(three);
  });
});

describe("merging", () => {
  it("joins edits of different members, and of different fields of the captions", () => {
    const mine = diff(clip, withWords([word(3, "hey")]));
    const theirs = withWords([word(1, "yo"), word(9, "")], "impact");
    const { clip: both, clashes } = merge(theirs, mine);
    expect(clashes).toEqual([]);
    expect(both.captions.words.map((one) => one.text)).toEqual(["yo", "hey", ""]);
    expect(both.captions.style).toBe("impact");
  });

  it("says where both changed the same, and changes nothing there", () => {
    const mine = diff(clip, { ...clip, title: "Mine", start: 61 });
    const { clip: both, clashes } = merge({ ...clip, title: "Theirs" }, mine);
    expect(both).toMatchObject({ title: "Theirs", start: 61 });
    expect(clashes).toEqual([{ key: "title", before: "The jump", after: "Mine" }]);
    expect(merge({ ...clip, title: "Theirs" }, mine, true).clip.title).toBe("Mine");
  });

  it("has no quarrel with someone who did the same", () => {
    const mine = diff(clip, { ...clip, state: "kept" });
    expect(merge({ ...clip, state: "kept" }, mine).clashes).toEqual([]);
  });
});

it("composes changes to the first before and the last after, and forgets round trips", () => {
  const titles = ["a", "b", "c", "a"].map((after, index, all) => ({
    key: "title",
    before: all[index - 1] ?? "0",
    after,
  }));
  expect(composed(titles)).toEqual([{ key: "title", before: "0", after: "a" }]);
  expect(composed(titles.slice(1))).toEqual([]);
});

it("sends whole fields, and only those that changed", () => {
  const after = { ...clip, cuts: [], captions: { ...clip.captions, scale: 1.2 } };
  expect(editBetween(clip, after)).toEqual({ cuts: [], captions: after.captions });
});

it("compares values by what is in them", () => {
  expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
  expect(same([1], { 0: 1 })).toBe(false);
  expect(same({ a: undefined }, { b: undefined })).toBe(false);
  expect(same(null, {})).toBe(false);
});
