import type { CaptionLayout, ClipWord, DrawnCue } from "./layout";

/** One line of the list: a cue, and the words that belong to it, hidden ones among them. */
export interface Row {
  /** Null where every word is hidden. */
  cue: DrawnCue | null;
  words: ClipWord[];
}

/**
 * The cues as a list to edit. Every word of the clip stands in exactly one row: a shown one in
 * the cue that it begins in, a hidden one after the word before it.
 */
export function rowsOf(layout: CaptionLayout): Row[] {
  const home = new Map<number, DrawnCue>();
  for (const cue of layout.cues) {
    for (const word of cue.words) if (!home.has(word.index)) home.set(word.index, cue);
  }
  const rows: Row[] = [];
  const byCue = new Map<DrawnCue, Row>();
  for (const word of layout.words) {
    const cue = home.get(word.index);
    const last = rows.at(-1);
    if (cue === undefined) {
      if (last === undefined) rows.push({ cue: null, words: [word] });
      else last.words.push(word);
      continue;
    }
    const known = byCue.get(cue);
    if (known !== undefined) {
      known.words.push(word);
    } else if (last !== undefined && last.cue === null) {
      last.cue = cue;
      last.words.push(word);
      byCue.set(cue, last);
    } else {
      const row = { cue, words: [word] };
      rows.push(row);
      byCue.set(cue, row);
    }
  }
  return rows;
}

/** How far a word may be moved: from its neighbours' far ends, in source seconds. */
export function room(words: ClipWord[], word: ClipWord): { from: number; to: number } {
  const place = words.findIndex((one) => one.index === word.index);
  const before = words.slice(0, place).findLast((one) => one.text !== "");
  const after = words.slice(place + 1).find((one) => one.text !== "");
  const most = 1;
  const from = Math.max(before?.start ?? 0, word.start - most);
  const to = Math.min(after?.end ?? Number.POSITIVE_INFINITY, word.end + most);
  return { from: Math.min(from, word.start), to: Math.max(to, word.end) };
}

/** The labels of the speakers, in the order in which they first speak. */
export function speakersOf(layout: CaptionLayout): string[] {
  const found = layout.words.map((word) => word.speaker).filter((label) => label !== null);
  return [...new Set(found)];
}
