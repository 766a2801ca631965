import type { Captions, WordEdit } from "../api/types";
import type { ClipWord } from "./layout";

/** Changes of a clip's captions, made on a draft of them. Times are source seconds. */

/** The shortest that a word may be set to, in seconds. */
export const SHORTEST = 0.05;

type Change = Partial<Pick<WordEdit, "text" | "start" | "end" | "breaks">>;

/** Whether a correction says anything. */
function speaks(edit: WordEdit): boolean {
  return [edit.text, edit.start, edit.end, edit.breaks].some((value) => value !== null);
}

/** What a person has changed about a word. */
export function correctionOf(captions: Captions, word: ClipWord): WordEdit | undefined {
  return captions.words.find((edit) => edit.index === word.index && edit.at === word.at);
}

/** What is shown of a word, before the server has answered: empty when it is hidden. */
export function textOf(captions: Captions, word: ClipWord): string {
  return correctionOf(captions, word)?.text ?? word.said;
}

/** Corrects one word; what goes back to the transcript is no correction any more. */
export function correct(captions: Captions, word: ClipWord, change: Change): void {
  const { index, at } = word;
  const nothing = { text: null, start: null, end: null, breaks: null };
  const edit: WordEdit = { index, at, ...nothing, ...correctionOf(captions, word), ...change };
  if (edit.text === word.said) edit.text = null;
  const others = captions.words.filter((one) => one.index !== word.index);
  captions.words = (speaks(edit) ? [...others, edit] : others).sort((a, b) => a.index - b.index);
}

export const setText = (captions: Captions, word: ClipWord, text: string) =>
  correct(captions, word, { text: text.replace(/\s+/g, " ").trim() });

export const hide = (captions: Captions, word: ClipWord) => correct(captions, word, { text: "" });

export const unhide = (captions: Captions, word: ClipWord) =>
  correct(captions, word, { text: null });

/** Puts a word back to what was transcribed, cue breaks and all. */
export const restore = (captions: Captions, word: ClipWord) =>
  correct(captions, word, { text: null, start: null, end: null, breaks: null });

export function setTimes(captions: Captions, word: ClipWord, start: number, end: number): void {
  const first = Math.max(0, start);
  correct(captions, word, { start: first, end: Math.max(first + SHORTEST, end) });
}

/** Begins a cue with this word. */
export const splitBefore = (captions: Captions, word: ClipWord) =>
  correct(captions, word, { breaks: "before" });

/** Joins the words of a cue to the cue before. All of them, or the later ones would stay behind. */
export function joinUp(captions: Captions, words: ClipWord[]): void {
  for (const word of words) correct(captions, word, { breaks: "never" });
}

/** Gives a speaker a colour, or none of their own. */
export function setColour(captions: Captions, speaker: string, colour: string | null): void {
  if (colour === null) delete captions.colours[speaker];
  else captions.colours[speaker] = colour;
}
