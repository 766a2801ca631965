import type { TranscriptSegment, TranscriptWord } from "../api/artifacts";
import { firstFrom } from "../timeline/scale";

/** The word that is spoken at a time, or the last one before it; -1 before the first. */
export function wordAt(words: readonly TranscriptWord[], time: number): number {
  return firstFrom(words.length, (place) => words[place]?.start ?? 0, time + 1e-6) - 1;
}

/** The segment that holds a word; -1 when there is none. */
export function segmentOf(segments: readonly TranscriptSegment[], word: number): number {
  if (word < 0) return -1;
  return firstFrom(segments.length, (place) => segments[place]?.words[0] ?? 0, word + 1) - 1;
}

/** A selection of words, both ends included; `anchor` is where it was begun. */
export interface Selection {
  anchor: number;
  head: number;
}

export function ends({ anchor, head }: Selection): [first: number, last: number] {
  return anchor <= head ? [anchor, head] : [head, anchor];
}

/** Languages that are written without spaces between words. */
const UNSPACED = new Set(["ja", "zh", "yue", "th", "lo", "km", "my"]);

export function isSpaced(language: string): boolean {
  return !UNSPACED.has(language);
}

/** The text of a selection, with a new line for each segment. */
export function selectedText(
  words: readonly TranscriptWord[],
  segments: readonly TranscriptSegment[],
  selection: Selection,
  spaced: boolean,
): string {
  const [first, last] = ends(selection);
  const lines: string[] = [];
  for (let place = segmentOf(segments, first); place >= 0 && place < segments.length; place++) {
    const [from, to] = segments[place]?.words ?? [0, 0];
    if (from > last) break;
    const own = words.slice(Math.max(from, first), Math.min(to, last + 1));
    lines.push(own.map((word) => word.word).join(spaced ? " " : ""));
  }
  return lines.join("\n");
}

/** A selection's name for a clip: its first words, up to about forty letters. */
export function titleFor(text: string): string {
  const line = text.replaceAll("\n", " ").trim();
  if (line.length <= 42) return line || "Clip";
  const cut = line.slice(0, 42);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > 20 ? space : 41).replace(/[,;:.!?]+$/, "")}…`;
}
