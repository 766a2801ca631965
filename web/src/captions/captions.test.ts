import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Captions } from "../api/types";
import {
  correct,
  correctionOf,
  hide,
  joinUp,
  restore,
  setColour,
  setText,
  setTimes,
  splitBefore,
  textOf,
  unhide,
} from "./edits";
import {
  type CaptionLayout,
  type ClipWord,
  cueAt,
  type DrawnCue,
  type DrawnWord,
  filled,
  isOn,
} from "./layout";
import { room, rowsOf, speakersOf } from "./rows";

function aWord(index: number, fields: Partial<ClipWord> = {}): ClipWord {
  const said = `w${index}`;
  const at = index * 0.5;
  return {
    ...{ index, at, said, text: said, start: at, end: at + 0.4, speaker: null, breaks: null },
    ...fields,
  };
}

function drawn(index: number, start: number, end: number): DrawnWord {
  const rest = { x: 0, baseline: 0, width: 10, colour: "#ffffff", runs: [] };
  return { index, text: `w${index}`, start, end, ...rest };
}

function aCue(start: number, end: number, ...indexes: number[]): DrawnCue {
  const words = indexes.map((index) => drawn(index, start, end));
  return { start, end, size: 90, speaker: null, words, boxes: [] };
}

function aLayout(cues: DrawnCue[], words: ClipWord[]): CaptionLayout {
  const look = {
    ...{ style: "bold", family: "f", file: "f.woff", highlight: "colour" as const },
    ...{ colour: "#ffffff", active: "#ffff00", edge: "#000000", shade: "#000000" },
    ...{ outline: 8, shadow: 3 },
  };
  const picture = { width: 1080, height: 1920, fps: 30, enabled: true, middle: 0.69 };
  return { ...picture, look, fonts: [], cues, speakers: [], words, warnings: [] };
}

const none = (): Captions =>
  ({ enabled: true, style: "bold", middle: null, scale: 1, colours: {}, words: [] }) as Captions;

describe("which cue is shown", () => {
  const cues = [aCue(0, 1, 0), aCue(1, 2, 1), aCue(3, 4, 2)];
  it("is there from its first frame on, and gone with its end", () => {
    expect(cueAt(cues, 0)).toBe(cues[0]);
    expect(cueAt(cues, 0.999)).toBe(cues[0]);
    expect(cueAt(cues, 1)).toBe(cues[1]);
    expect(cueAt(cues, 2)).toBeUndefined();
    expect(cueAt(cues, 3.5)).toBe(cues[2]);
    expect(cueAt([], 1)).toBeUndefined();
  });
  it("does not hang on the rounding of a frame's time", () => {
    expect(cueAt(cues, 1 - 1e-7)).toBe(cues[1]);
    expect(isOn({ start: 1, end: 2 }, 2 - 1e-7)).toBe(false);
  });
  it("is the one that a walk through all of them finds", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 })));
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 300 }), (lengths, frame) => {
        let at = 0;
        const made = lengths.map(([gap, length]) => {
          const start = at + gap;
          at = start + length;
          return aCue(start / 30, at / 30, 0);
        });
        const found = made.find((cue) => isOn(cue, frame / 30));
        expect(cueAt(made, frame / 30)).toBe(found);
      }),
    );
  });
  it("fills words from their start to their end", () => {
    const word = drawn(0, 1, 2);
    expect([0.5, 1, 1.5, 2, 9].map((time) => filled(word, time))).toEqual([0, 0, 0.5, 1, 1]);
    expect(filled(drawn(0, 1, 1), 1)).toBe(1);
  });
});

describe("corrections", () => {
  it("name the word by its place and its time", () => {
    const captions = none();
    setText(captions, aWord(3), "  New   York ");
    expect(captions.words).toEqual([
      { index: 3, at: 1.5, text: "New York", start: null, end: null, breaks: null },
    ]);
    expect(textOf(captions, aWord(3))).toBe("New York");
    expect(textOf(captions, aWord(3, { at: 9 }))).toBe("w3");
  });
  it("are none any more when everything is as transcribed", () => {
    const captions = none();
    const word = aWord(1);
    setText(captions, word, "x");
    setText(captions, word, "w1");
    expect(captions.words).toEqual([]);
    hide(captions, word);
    expect(textOf(captions, word)).toBe("");
    unhide(captions, word);
    expect(captions.words).toEqual([]);
    setTimes(captions, word, 0.7, 0.6);
    expect(correctionOf(captions, word)).toMatchObject({ start: 0.7, end: 0.75 });
    splitBefore(captions, word);
    restore(captions, word);
    expect(captions.words).toEqual([]);
  });
  it("join whole cues", () => {
    const captions = none();
    splitBefore(captions, aWord(2));
    joinUp(captions, [aWord(1), aWord(2)]);
    expect(captions.words.map((edit) => [edit.index, edit.breaks])).toEqual([
      [1, "never"],
      [2, "never"],
    ]);
  });
  it("stay sorted, one to a word, and leave others alone", () => {
    const change = fc.record({ index: fc.integer({ min: 0, max: 9 }), text: fc.string() });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const captions = none();
        for (const { index, text } of changes) correct(captions, aWord(index), { text });
        const indexes = captions.words.map((edit) => edit.index);
        expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
        for (const edit of captions.words) {
          expect(changes.findLast((one) => one.index === edit.index)?.text).toBe(edit.text);
        }
      }),
    );
  });
  it("give colours and take them back", () => {
    const captions = none();
    setColour(captions, "A", "#00ff00");
    expect(captions.colours).toEqual({ A: "#00ff00" });
    setColour(captions, "A", null);
    expect(captions.colours).toEqual({});
  });
});

describe("the list of cues", () => {
  it("has every word once, hidden ones where they were said", () => {
    const words = [0, 1, 2, 3, 4].map((index) =>
      index === 0 || index === 2 ? aWord(index, { text: "" }) : aWord(index),
    );
    const cues = [aCue(0, 1, 1), aCue(1, 2, 3, 4)];
    const rows = rowsOf(aLayout(cues, words));
    expect(rows.map((row) => row.words.map((word) => word.index))).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(rows.map((row) => row.cue)).toEqual(cues);
  });
  it("keeps a word whose pieces fill several cues in the first of them", () => {
    const rows = rowsOf(aLayout([aCue(0, 1, 0), aCue(1, 2, 0, 1)], [aWord(0), aWord(1)]));
    expect(rows.map((row) => row.words.map((word) => word.index))).toEqual([[0], [1]]);
  });
  it("has a row for words that are all hidden", () => {
    const rows = rowsOf(aLayout([], [aWord(0, { text: "" })]));
    expect(rows).toEqual([{ cue: null, words: [aWord(0, { text: "" })] }]);
  });
  it("lets a word move as far as its neighbours reach", () => {
    const words = [aWord(0), aWord(1, { text: "" }), aWord(2), aWord(3)];
    expect(room(words, words[2] as ClipWord)).toEqual({ from: 0, to: 1.9 });
  });
  it("names the speakers in the order of their first word", () => {
    const words = ["B", null, "A", "B"].map((speaker, at) => aWord(at, { speaker }));
    expect(speakersOf(aLayout([], words))).toEqual(["B", "A"]);
  });
});
