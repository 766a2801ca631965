/** Rules: what is said is given word by word with its times; nothing is guessed from sound. */
import { expect, it } from "vitest";
import { suggestions } from "./cleanup";
import { keptLength, keptSpans, type Word, withCut } from "./spans";

function said(...list: [text: string, start: number, end: number][]): Word[] {
  return list.map(([text, start, end], index) => ({ index, text, start, end }));
}

const clip = { start: 10, end: 20, cuts: [] };
const found = (words: Word[], cuts: { start: number; end: number }[] = []) =>
  suggestions({ ...clip, cuts }, words).map(({ kind, text, sure }) => [kind, text, sure]);

it("finds pauses, and leaves breath at both sides", () => {
  const words = said(["go", 10, 12], ["now", 13, 20]);
  expect(suggestions(clip, words)).toMatchObject([
    { kind: "silence", start: 12.15, end: 12.85, sure: true },
  ]);
  expect(found(said(["go", 10, 12], ["now", 12.59, 20]))).toEqual([]);
});

it("finds silence before the first and after the last word", () => {
  expect(suggestions(clip, said(["go", 12, 18]))).toMatchObject([
    { start: 10, end: 11.85 },
    { start: 18.15, end: 20 },
  ]);
});

it("suggests nothing where nobody speaks", () => {
  expect(found([])).toEqual([]);
});

it("knows fillers from words that only look like them", () => {
  const words = said(
    ["Um,", 10, 10.4],
    ["I", 10.5, 10.6],
    ["like", 10.62, 10.9],
    ["it,", 10.92, 11.2],
    ["like,", 11.4, 11.7],
    ["you", 11.9, 12.1],
    ["know,", 12.1, 12.4],
    ["you", 12.6, 12.7],
    ["know", 12.72, 12.9],
    ["it.", 12.92, 20],
  );
  expect(found(words)).toEqual([
    ["filler", "Um,", true],
    ["filler", "like,", false],
    ["filler", "you know,", false],
  ]);
});

it("does not suggest what is cut already", () => {
  const words = said(["um", 10, 10.4], ["go", 10.5, 20]);
  const [first] = suggestions(clip, words);
  expect(found(words, first === undefined ? [] : [first])).toEqual([]);
});

it("makes the clip as much shorter as it says", () => {
  const words = said(["um", 10.3, 10.6], ["go", 11.5, 12], ["on", 14, 19.8]);
  const all = suggestions(clip, words);
  const cuts = all.reduce((sum: { start: number; end: number }[], one) => withCut(sum, one), []);
  const promised = all.reduce((sum, one) => sum + one.end - one.start, 0);
  expect(10 - keptLength(keptSpans({ ...clip, cuts }, 1000))).toBeCloseTo(promised, 2);
});
