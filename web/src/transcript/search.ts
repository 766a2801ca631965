import type { TranscriptWord } from "../api/artifacts";
import { firstFrom } from "../timeline/scale";

/** A text as it is compared: small letters, no accents, no punctuation. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\p{P}\p{S}]/gu, "")
    .toLowerCase();
}

/** A transcript made ready for searching; building it takes some milliseconds for 36,000 words. */
export interface SearchIndex {
  text: string;
  /** Where each word begins in `text`. */
  begins: Uint32Array;
  spaced: boolean;
}

export function indexed(words: readonly TranscriptWord[], spaced: boolean): SearchIndex {
  const begins = new Uint32Array(words.length);
  const parts: string[] = [];
  let length = 0;
  for (const [place, word] of words.entries()) {
    const part = folded(word.word).replace(/\s+/g, "") + (spaced ? " " : "");
    begins[place] = length;
    length += part.length;
    parts.push(part);
  }
  return { text: parts.join(""), begins, spaced };
}

/** The words of one match, both included. */
export interface Match {
  first: number;
  last: number;
}

/**
 * Every place where a query is said, in order and without overlap. Letters, accents and
 * punctuation are compared as `folded`; a match may begin inside a word.
 */
export function search({ text, begins, spaced }: SearchIndex, query: string): Match[] {
  const parts = folded(query).split(/\s+/).filter(Boolean);
  const wanted = parts.join(spaced ? " " : "");
  if (wanted === "") return [];
  const matches: Match[] = [];
  const at = (place: number) => begins[place] ?? 0;
  for (let found = text.indexOf(wanted); found >= 0; ) {
    const end = found + wanted.length;
    matches.push({
      first: firstFrom(begins.length, at, found + 1) - 1,
      last: firstFrom(begins.length, at, end) - 1,
    });
    found = text.indexOf(wanted, end);
  }
  return matches;
}

/** The match to go to next (`1`) or before (`-1`) from a word, round the end. */
export function neighbourMatch(matches: readonly Match[], current: number, step: 1 | -1): number {
  if (matches.length === 0) return -1;
  return (current + step + matches.length) % matches.length;
}
