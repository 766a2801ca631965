import type { Clip } from "../api/types";
import { type Change, diff, merge } from "./diff";

/** One edit of one clip that the server does not have yet. */
export interface Op {
  id: string;
  clipId: string;
  label: string;
  changes: Change[];
}

/** One entry of the history: what a person did at one go, to one clip or to several. */
export interface Step {
  id: string;
  label: string;
  /** The changes, by clip. */
  diffs: Record<string, Change[]>;
  /** The clip on whose page it was done, if it changed others: undoing there means it too. */
  home?: string;
  undone: boolean;
}

/** A gesture under way: its changes so far. */
export interface Live {
  label: string;
  diffs: Record<string, Change[]>;
}

/** An edit that met another one, made elsewhere: a person decides which holds. */
export interface Clash {
  clipId: string;
  label: string;
  /** Saving an edit met it, or taking one back, or making one again. */
  kind: "save" | "undo" | "redo";
  /** The step to undo or redo. */
  stepId?: string;
  /** What the person wants (`after`) where something else is now. */
  changes: Change[];
}

/**
 * What a person edits. `clips` is what the page shows: always the server's clips (`base`) with
 * the unsaved edits and the gesture under way on top. `steps` is the history, oldest first.
 *
 * A server push changes `base` alone, so it can never enter the history.
 */
export interface DocState {
  clips: Record<string, Clip>;
  base: Record<string, Clip>;
  /** By clip, oldest first. */
  unsaved: Record<string, Op[]>;
  live: Live | null;
  steps: Step[];
  clash: Clash | null;
}

export const emptyDoc: DocState = {
  clips: {},
  base: {},
  unsaved: {},
  live: null,
  steps: [],
  clash: null,
};

/** A clip as shown before the gesture under way: the server's, with what it has not seen yet. */
export function settledClip(doc: DocState, clipId: string): Clip | undefined {
  const base = doc.base[clipId];
  if (base === undefined) return undefined;
  return merge(base, (doc.unsaved[clipId] ?? []).flatMap(changesOf), true).clip;
}

const changesOf = (op: Op) => op.changes;

/** Draws up what is shown of some clips again. Clips that come out equal stay the same objects. */
export function shown(doc: DocState, clipIds: Iterable<string>): DocState {
  const clips = { ...doc.clips };
  for (const id of clipIds) {
    const settled = settledClip(doc, id);
    if (settled === undefined) {
      delete clips[id];
      continue;
    }
    const next = merge(settled, doc.live?.diffs[id] ?? [], true).clip;
    const known = clips[id];
    const equal = known !== undefined && known.rev === next.rev && diff(known, next).length === 0;
    if (!equal) clips[id] = next;
  }
  return { ...doc, clips };
}

/** Takes in one clip from the server. An answer older than what is known changes nothing. */
export function arrived(doc: DocState, clip: Clip): DocState {
  const known = doc.base[clip.id];
  if (known !== undefined && known.rev >= clip.rev) return doc;
  return shown({ ...doc, base: { ...doc.base, [clip.id]: clip } }, [clip.id]);
}

/** Takes in all clips of a project; those that are not among them are gone. */
export function received(doc: DocState, projectId: string, clips: Clip[]): DocState {
  const listed = new Set(clips.map((clip) => clip.id));
  const gone = Object.values(doc.base).filter(
    (clip) => clip.project_id === projectId && !listed.has(clip.id),
  );
  const base = { ...doc.base };
  for (const clip of gone) delete base[clip.id];
  const changed = clips.filter((clip) => !((base[clip.id]?.rev ?? -1) >= clip.rev));
  for (const clip of changed) base[clip.id] = clip;
  if (gone.length + changed.length === 0) return doc;
  return shown(
    { ...doc, base },
    [...gone, ...changed].map((clip) => clip.id),
  );
}

export function forgotten(doc: DocState, projectId: string): DocState {
  return received(doc, projectId, []);
}

/** Takes out a clip that is gone, with the edits and the history that were its own. */
export function withoutClip(doc: DocState, clipId: string): DocState {
  const { [clipId]: _base, ...base } = doc.base;
  const { [clipId]: _ops, ...unsaved } = doc.unsaved;
  const steps = doc.steps
    .map((step) => {
      const { [clipId]: own, ...diffs } = step.diffs;
      return own === undefined ? step : { ...step, diffs };
    })
    .filter((step) => Object.keys(step.diffs).length > 0);
  const clash = doc.clash?.clipId === clipId ? null : doc.clash;
  return shown({ ...doc, base, unsaved, steps, clash }, [clipId]);
}

/** The clips of a project, the best first; equal scores in the order of the recording. */
export function ranked(doc: DocState, projectId: string): Clip[] {
  return Object.values(doc.clips)
    .filter((clip) => clip.project_id === projectId)
    .sort((a, b) => b.score - a.score || a.start - b.start);
}
