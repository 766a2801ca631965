import type { Clip, ClipEdit } from "../api/types";

/**
 * What a person edits: the clips, as this page shows them.
 *
 * This slice alone is meant to get undo and redo. The history will hold the differences that
 * `edited` makes (a person's doing) and never those that `received` makes (the server's), which
 * is why the two ways in are separate functions.
 */
export interface DocState {
  clips: Record<string, Clip>;
  /** Edits shown but not yet saved, by clip, oldest first. */
  unsaved: Record<string, ClipEdit[]>;
}

export const emptyDoc: DocState = { clips: {}, unsaved: {} };

/** A clip as the server has it, with the edits on top that it has not seen yet. */
function overlaid(clip: Clip, edits: ClipEdit[]): Clip {
  return Object.assign({}, clip, ...edits);
}

/** Shows an edit at once; it stays on top of whatever arrives until `settled` takes it off. */
export function edited(doc: DocState, clipId: string, edit: ClipEdit): DocState {
  const clip = doc.clips[clipId];
  if (clip === undefined) return doc;
  return {
    clips: { ...doc.clips, [clipId]: { ...clip, ...edit } },
    unsaved: { ...doc.unsaved, [clipId]: [...(doc.unsaved[clipId] ?? []), edit] },
  };
}

/** Takes the oldest unsaved edit off: `saved` is the clip as the server has it now. */
export function settled(doc: DocState, saved: Clip): DocState {
  const [, ...rest] = doc.unsaved[saved.id] ?? [];
  const unsaved = { ...doc.unsaved };
  if (rest.length > 0) unsaved[saved.id] = rest;
  else delete unsaved[saved.id];
  return { clips: { ...doc.clips, [saved.id]: overlaid(saved, rest) }, unsaved };
}

/** Takes in all clips of a project. An answer that is older than what is known changes nothing. */
export function received(doc: DocState, projectId: string, clips: Clip[]): DocState {
  const others = Object.values(doc.clips).filter((clip) => clip.project_id !== projectId);
  const next = Object.fromEntries(others.map((clip) => [clip.id, clip]));
  for (const clip of clips) {
    const known = doc.clips[clip.id];
    const stale = known !== undefined && known.rev > clip.rev;
    next[clip.id] = stale ? known : overlaid(clip, doc.unsaved[clip.id] ?? []);
  }
  return { ...doc, clips: next };
}

export function forgotten(doc: DocState, projectId: string): DocState {
  return received(doc, projectId, []);
}

/** The clips of a project, the best first; equal scores in the order of the recording. */
export function ranked(doc: DocState, projectId: string): Clip[] {
  return Object.values(doc.clips)
    .filter((clip) => clip.project_id === projectId)
    .sort((a, b) => b.score - a.score || a.start - b.start);
}
