/** Rules: transcripts are short lists of words; properties compare with looking at every word. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TranscriptSegment, TranscriptWord } from "../api/artifacts";
import { guess, knowsOnlyEnglish, LANGUAGES } from "./languages";
import { folded, indexed, neighbourMatch, search } from "./search";
import { ends, segmentOf, selectedText, titleFor, wordAt } from "./words";

// The same examples in every run: what fails here fails everywhere.
fc.configureGlobal({ seed: 21 });

function spoken(text: string): TranscriptWord[] {
  return text.split(" ").map((word, place) => ({
    word,
    start: place,
    end: place + 0.8,
    probability: 1,
    speaker: null,
  }));
}

/** Segments of so many words each. */
function inSegments(words: TranscriptWord[], size: number): TranscriptSegment[] {
  return Array.from({ length: Math.ceil(words.length / size) }, (_, place) => {
    const range: [number, number] = [place * size, Math.min(words.length, (place + 1) * size)];
    const own = words.slice(...range);
    return { start: own[0]?.start ?? 0, end: 0, text: "", speaker: null, words: range };
  });
}

describe("search", () => {
  const words = spoken("Oh, hello there! Hello, World. Where is Zoë? There.");
  const index = indexed(words, true);

  it("does not care about case, accents and punctuation", () => {
    expect(search(index, "hello")).toEqual([
      { first: 1, last: 1 },
      { first: 3, last: 3 },
    ]);
    expect(search(index, "zoe")).toEqual([{ first: 7, last: 7 }]);
    expect(search(index, "HELLO world!")).toEqual([{ first: 3, last: 4 }]);
    expect(search(index, "there hello")).toEqual([{ first: 2, last: 3 }]);
  });

  it("finds parts of words, and nothing for nothing", () => {
    expect(search(index, "here").map((match) => match.first)).toEqual([2, 5, 8]);
    expect(search(index, " ?! ")).toEqual([]);
    expect(search(index, "absent")).toEqual([]);
  });

  it("finds what is written without spaces", () => {
    const japanese = indexed(spoken("今日 は いい 天気"), false);
    expect(search(japanese, "はいい")).toEqual([{ first: 1, last: 2 }]);
  });

  it("finds every word of any text", () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.nat(), (list, at) => {
        const place = at % list.length;
        const found = search(indexed(spoken(list.join(" ")), true), list[place] ?? "");
        expect(found.some((match) => match.first <= place && match.last >= place)).toBe(true);
        for (const match of found) expect(match.last).toBe(match.first);
      }),
    );
  });

  it("goes round at both ends", () => {
    const matches = search(index, "hello");
    expect(neighbourMatch(matches, 1, 1)).toBe(0);
    expect(neighbourMatch(matches, 0, -1)).toBe(1);
    expect(neighbourMatch([], 0, 1)).toBe(-1);
  });

  it("folds what it compares", () => expect(folded("“Ça va?”")).toBe("ca va"));
});

describe("places", () => {
  it("knows the word of every moment, as looking at all would", () => {
    const words = spoken("a b c d e f");
    fc.assert(
      fc.property(fc.double({ min: -1, max: 8, noNaN: true }), (time) => {
        const looked = words.filter((word) => word.start <= time + 1e-6).length - 1;
        expect(wordAt(words, time)).toBe(looked);
      }),
    );
  });

  it("knows the segment of every word", () => {
    const words = spoken("a b c d e f g");
    const segments = inSegments(words, 3);
    expect([-1, 0, 2, 3, 6].map((word) => segmentOf(segments, word))).toEqual([-1, 0, 0, 1, 2]);
  });
});

describe("a selection", () => {
  const words = spoken("a b c d e f g");
  const segments = inSegments(words, 3);

  it("reads the same from both ends, a line for each segment", () => {
    expect(ends({ anchor: 5, head: 2 })).toEqual([2, 5]);
    const text = "c\nd e f";
    expect(selectedText(words, segments, { anchor: 5, head: 2 }, true)).toBe(text);
    expect(selectedText(words, segments, { anchor: 2, head: 5 }, true)).toBe(text);
    expect(selectedText(words, segments, { anchor: 3, head: 5 }, false)).toBe("def");
  });

  it("gives a clip its first words as a name", () => {
    expect(titleFor("No way!")).toBe("No way!");
    expect(titleFor("")).toBe("Clip");
    const long = "and then he jumped over the whole wall, twice, in front of everyone";
    expect(titleFor(long)).toBe("and then he jumped over the whole wall…");
  });
});

describe("the language that may be spoken", () => {
  it("is guessed from the browser's, and is never English", () => {
    expect(guess(["de-AT", "en"])).toBe("de");
    expect(guess(["en-US", "pt-BR"])).toBe("pt");
    expect(guess(["en"])).toBe("es");
    expect(LANGUAGES.map(([code]) => code)).not.toContain("en");
  });

  it("is asked for where the model knows only English", () => {
    expect(knowsOnlyEnglish("tiny.en")).toBe(true);
    expect(knowsOnlyEnglish("small")).toBe(false);
  });

  it("has a code that the server takes", () => {
    for (const [code] of LANGUAGES) expect(code).toMatch(/^[a-z]{2,3}$/);
  });
});
