/**
 * What is drawn of a clip's captions, as the server laid them out: the burned captions are drawn
 * from the same values. Lengths are pixels of the exported picture, times are clip seconds.
 */
import type { components, operations } from "../api/schema";

type Schemas = components["schemas"];

export type CaptionLayout =
  operations["get_get_captions"]["responses"][200]["content"]["application/json"];
/** A style to choose, with a cue to show it by. */
export type StyleSample =
  operations["get_list_styles"]["responses"][200]["content"]["application/json"]["styles"][number];
export type CaptionLook = Schemas["CaptionLook"];
export type CaptionWarning = Schemas["CaptionWarning"];
/** A word for editing, in source seconds; hidden ones have no text. */
export type ClipWord = Schemas["ClipWord"];
export type DrawnCue = Schemas["DrawnCue"];
export type DrawnWord = Schemas["DrawnWord"];
export type FontFile = Schemas["FontFile"];

/** Times lie on frames: this is far less than one, and far more than rounding. */
const EPSILON = 0.0005;

/** The cue that is shown at a time, by halving: cues are in order and never overlap. */
export function cueAt(cues: DrawnCue[], time: number): DrawnCue | undefined {
  let [low, high] = [0, cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const cue = cues[middle];
    if (cue !== undefined && cue.start <= time + EPSILON) low = middle + 1;
    else high = middle;
  }
  const found = cues[low - 1];
  return found !== undefined && time + EPSILON < found.end ? found : undefined;
}

/** Whether something that is shown in `[start, end)` is there at a time. */
export function isOn(span: { start: number; end: number }, time: number): boolean {
  return span.start <= time + EPSILON && time + EPSILON < span.end;
}

/** How far a word is filled, 0 to 1, where the style fills words as they are spoken. */
export function filled(word: DrawnWord, time: number): number {
  if (time + EPSILON < word.start) return 0;
  if (word.end <= word.start) return 1;
  return Math.min(1, Math.max(0, (time - word.start) / (word.end - word.start)));
}
