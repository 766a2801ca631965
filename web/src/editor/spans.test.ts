/** Rules: times are plain numbers; a rate of 10 makes frames easy to count. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cutAt,
  firstAfter,
  joined,
  keptLength,
  keptSpans,
  movedCut,
  playable,
  snapMarks,
  snapped,
  spanOfWords,
  toClip,
  toSource,
  type Word,
  withCut,
  withoutCut,
} from "./spans";

const words: Word[] = [
  { index: 0, text: "so", start: 1, end: 1.3 },
  { index: 1, text: "um", start: 1.5, end: 1.8 },
  { index: 2, text: "go", start: 2, end: 2.4 },
  { index: 3, text: "now", start: 4, end: 4.5 },
];

describe("what is kept", () => {
  it("is the clip without its cuts, on whole frames", () => {
    const clip = { start: 10, end: 20, cuts: [{ start: 12.04, end: 13 }] };
    expect(keptSpans(clip, 10)).toEqual([
      { start: 10, end: 12 },
      { start: 13, end: 20 },
    ]);
    expect(keptSpans({ ...clip, cuts: [{ start: 0, end: 99 }] }, 10)).toEqual([]);
  });

  it("rounds a half to the even frame, as the export does", () => {
    const clip = { start: 0, end: 2, cuts: [{ start: 0.25, end: 0.35 }] };
    expect(keptSpans(clip, 10)).toEqual([
      { start: 0, end: 0.2 },
      { start: 0.4, end: 2 },
    ]);
  });

  const cut = fc
    .tuple(fc.integer({ min: -5, max: 105 }), fc.integer({ min: 1, max: 30 }))
    .map(([start, length]) => ({ start: start / 10, end: (start + length) / 10 }));
  const clip = fc.array(cut, { maxLength: 8 }).map((cuts) => ({ start: 1, end: 9, cuts }));

  it("never overlaps, lies in the clip, and every kept time finds its way back", () => {
    fc.assert(
      fc.property(clip, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, share) => {
        const spans = keptSpans(one, 30);
        spans.forEach((span, place) => {
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.start).toBeGreaterThan((spans[place - 1]?.end ?? 0.99) - 1e-9);
          expect(span.end).toBeLessThanOrEqual(9 + 1e-9);
        });
        const time = share * keptLength(spans);
        expect(toClip(spans, toSource(spans, time))).toBeCloseTo(time, 6);
      }),
    );
  });

  it("is not changed by joining the cuts", () => {
    fc.assert(
      fc.property(clip, (one) => {
        const tidy = joined(one.cuts);
        expect(keptSpans({ ...one, cuts: tidy }, 10)).toEqual(keptSpans(one, 10));
        expect(joined(tidy)).toEqual(tidy);
      }),
    );
  });

  it("leaves out nothing that was cut and restored", () => {
    fc.assert(
      fc.property(clip, cut, (one, span) => {
        const restored = withoutCut(withCut(one.cuts, span), span);
        const middle = (span.start + span.end) / 2;
        expect(cutAt(restored, middle)).toBeUndefined();
      }),
    );
  });
});

describe("playing", () => {
  const spans = [
    { start: 1, end: 2 },
    { start: 5, end: 6 },
  ];
  it("goes over cuts and from the end to the start", () => {
    expect([1.5, 2, 3, 5.5, 6, 9].map((time) => playable(spans, time))).toEqual([
      1.5, 5, 5, 5.5, 1, 1,
    ]);
    expect(playable([], 3)).toBe(3);
  });
});

describe("cutting words", () => {
  it("takes the short pause behind them along, and never a neighbour", () => {
    expect(spanOfWords(words, 1, 1)).toEqual({ start: 1.45, end: 1.95 });
    expect(spanOfWords(words, 0, 1)).toEqual({ start: 0.95, end: 1.95 });
  });

  it("leaves a long pause", () => {
    const span = spanOfWords(words, 2, 2);
    expect(span?.start).toBeCloseTo(1.95);
    expect(span?.end).toBeCloseTo(2.45);
    expect(spanOfWords(words, 7, 7)).toBeNull();
  });

  it("restores a word out of a larger cut, without leaving slivers", () => {
    const cuts = withCut([], { start: 0.93, end: 1.95 });
    expect(withoutCut(cuts, { start: 0.95, end: 1.45 })).toEqual([{ start: 1.45, end: 1.95 }]);
  });
});

describe("moving the edge of a cut", () => {
  const clip = {
    start: 0,
    end: 10,
    cuts: [
      { start: 1, end: 2 },
      { start: 4, end: 5 },
    ],
  };
  const cut = { start: 4, end: 5 };

  it("keeps to its neighbours, to the clip, and to its other edge", () => {
    expect(movedCut(clip, cut, "start", 3).cut).toEqual({ start: 3, end: 5 });
    expect(movedCut(clip, cut, "end", 99).cut).toEqual({ start: 4, end: 10 });
    expect(movedCut(clip, cut, "start", 9).cut.start).toBeCloseTo(5 - 1 / 60);
    expect(movedCut(clip, cut, "start", 0).cut.start).toBeCloseTo(2 + 1 / 60);
  });

  it("leaves the others alone", () => {
    expect(movedCut(clip, cut, "end", 6).cuts).toEqual([
      { start: 1, end: 2 },
      { start: 4, end: 6 },
    ]);
  });
});

describe("snapping in time", () => {
  it("takes the nearest mark within reach", () => {
    const marks = snapMarks(words, [3.1]);
    expect(snapped(1.32, marks, 0.1)).toBe(1.3);
    expect(snapped(3.16, marks, 0.1)).toBe(3.2); // The middle of the pause is nearer than the cut.
    expect(snapped(3.12, marks, 0.1)).toBe(3.1);
    expect(snapped(7, marks, 0.1)).toBe(7);
  });

  it("finds the word at a time", () => {
    expect([0, 1, 1.6, 5].map((time) => firstAfter(words, time))).toEqual([0, 1, 2, 4]);
  });
});
