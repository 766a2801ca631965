import type { Transcript } from "../api/artifacts";
import type { Clip } from "../api/types";
import { change, type EditorState } from "./context";
import { spanOfWords, type Word, withCut, withoutCut } from "./spans";

/** How far around a clip words are known to the editor, in seconds: trimming needs them. */
const AROUND = 120;

/** The words around a clip, with the texts that a person has corrected. */
export function wordsAround(transcript: Transcript | null, clip: Clip): Word[] {
  if (transcript === null) return [];
  const edits = new Map(clip.captions.words.map((edit) => [edit.index, edit]));
  const found: Word[] = [];
  transcript.words.forEach((word, index) => {
    if (word.end < clip.start - AROUND || word.start > clip.end + AROUND) return;
    const edit = edits.get(index);
    // The same rule as the captions' own: an edit of another transcript counts for nothing.
    const holds = edit !== undefined && Math.abs(edit.at - word.start) <= 0.001;
    const text = holds && edit.text ? edit.text : word.word;
    found.push({ index, text: text.trim(), start: word.start, end: word.end });
  });
  return found;
}

const quoted = (words: readonly Word[], first: number, last: number) => {
  const text = words
    .slice(first, last + 1)
    .map((word) => word.text)
    .join(" ");
  return text.length > 30 ? `“${text.slice(0, 29)}…”` : `“${text}”`;
};

/** Leaves words out of the clip. */
export function cutWords({ clip, words }: EditorState, first: number, last: number): void {
  const span = spanOfWords(words, first, last);
  if (span === null) return;
  change(clip.id, `Cut ${quoted(words, first, last)}`, (draft) => {
    draft.cuts = withCut(draft.cuts, span);
  });
}

/** Takes words into the clip again, whatever cut they were in. */
export function restoreWords({ clip, words }: EditorState, first: number, last: number): void {
  const span = spanOfWords(words, first, last);
  if (span === null) return;
  change(clip.id, `Restore ${quoted(words, first, last)}`, (draft) => {
    draft.cuts = withoutCut(draft.cuts, span);
  });
}
