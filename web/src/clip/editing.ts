import type { Clip, ClipEdit } from "../api/types";
import { commit } from "../store/history";
import { titleOf } from "./titleOf";

const MARKS = { kept: "Keep", skipped: "Skip", suggested: "Unmark" } as const;
const WORDS: Record<keyof ClipEdit, string> = {
  state: "Mark",
  title: "Rename",
  start: "Trim",
  end: "Trim",
  zones: "Move the zones",
  layout: "Change the layout",
  pip: "Move the inset",
  keyframes: "Change the keyframes",
  captions: "Change the captions",
  cuts: "Cut",
};

/** What the history calls an edit: "Keep “The jump”". */
export function labelOf(clip: Clip, edit: ClipEdit): string {
  const [field] = Object.keys(edit) as (keyof ClipEdit)[];
  const words = edit.state === undefined ? field && WORDS[field] : MARKS[edit.state];
  return `${words ?? "Edit"} “${titleOf(clip)}”`;
}

/** Sets whole fields of a clip as one step of the history. Resolves when it is saved. */
export function editClip(clip: Clip, edit: ClipEdit): Promise<void> {
  return commit(labelOf(clip, edit), (clips) => {
    const draft = clips[clip.id];
    if (draft !== undefined) Object.assign(draft, edit);
  });
}
