import { type Draft, produce } from "immer";
import type { Clip } from "../api/types";
import { type Change, diff, inverse, merge } from "./diff";
import { type DocState, type Op, type Step, settledClip, shown } from "./doc";
import { parted } from "./parting";

/** What a step of the history does, written as changes of the clips by id. */
export type Recipe = (clips: Draft<Record<string, Clip>>) => void;

/** The changes that a recipe makes, by clip. It can neither add nor remove clips. */
function changesBy(doc: DocState, recipe: Recipe): Record<string, Change[]> {
  const after = produce(doc.clips, recipe);
  return differences(doc.clips, after);
}

function differences(
  before: Record<string, Clip>,
  after: Record<string, Clip>,
): Record<string, Change[]> {
  const diffs: Record<string, Change[]> = {};
  for (const [id, clip] of Object.entries(after)) {
    const old = before[id];
    if (old === undefined || old === clip) continue;
    const changes = diff(old, clip);
    if (changes.length > 0) diffs[id] = changes;
  }
  return diffs;
}

/** Does something: a new step of the history, and an unsaved edit for each clip it changes. */
export function committed(
  doc: DocState,
  id: string,
  label: string,
  recipe: Recipe,
  home?: string,
): DocState {
  return recorded(doc, id, label, changesBy(doc, recipe), home);
}

function recorded(
  doc: DocState,
  id: string,
  label: string,
  diffs: Record<string, Change[]>,
  home?: string,
): DocState {
  const touched = Object.keys(diffs);
  if (touched.length === 0) return doc;
  // Only a change of the same clips ends what could be redone: looking around never does.
  const kept = doc.steps.filter(
    (one) => !one.undone || touched.every((clipId) => one.diffs[clipId] === undefined),
  );
  const step: Step = { id, label, diffs, undone: false };
  const steps = [...kept, home === undefined ? step : { ...step, home }];
  return queued({ ...doc, steps }, id, label, diffs);
}

/** Puts an edit of each clip at the end of that clip's line. */
function queued(
  doc: DocState,
  id: string,
  label: string,
  diffs: Record<string, Change[]>,
): DocState {
  const unsaved = { ...doc.unsaved };
  for (const [clipId, changes] of Object.entries(diffs)) {
    unsaved[clipId] = [...(unsaved[clipId] ?? []), { id, clipId, label, changes }];
  }
  return shown({ ...doc, unsaved }, Object.keys(diffs));
}

/** Begins a gesture: until it ends, what it changes is shown but neither kept nor saved. */
export function begun(doc: DocState, label: string): DocState {
  return { ...doc, live: { label, diffs: {} } };
}

/** Goes on with a gesture. The recipe starts from what is shown now. */
export function updated(doc: DocState, recipe: Recipe): DocState {
  if (doc.live === null) return doc;
  const after = produce(doc.clips, recipe);
  const diffs = { ...doc.live.diffs };
  for (const [id, clip] of Object.entries(after)) {
    if (clip === doc.clips[id]) continue;
    const start = settledClip(doc, id);
    const changes = start === undefined ? [] : diff(start, clip);
    if (changes.length > 0) diffs[id] = changes;
    else delete diffs[id];
  }
  const touched = new Set([...Object.keys(doc.live.diffs), ...Object.keys(diffs)]);
  return shown({ ...doc, live: { ...doc.live, diffs } }, touched);
}

/** Ends a gesture: all of it is one step. */
export function ended(doc: DocState, id: string): DocState {
  if (doc.live === null) return doc;
  const { label, diffs } = doc.live;
  return recorded(abandoned(doc), id, label, diffs);
}

/** Takes a gesture back as if it had never been. */
export function abandoned(doc: DocState): DocState {
  if (doc.live === null) return doc;
  return shown({ ...doc, live: null }, Object.keys(doc.live.diffs));
}

/** What undo and redo look at: one clip by its id, those that a test takes, or all. */
export type Scope = string | ((clipId: string) => boolean) | undefined;

/** The step that undo (or redo) would take. */
export function nextStep(doc: DocState, kind: "undo" | "redo", scope?: Scope): Step | undefined {
  const takes = typeof scope === "function" ? scope : (id: string) => (scope ?? id) === id;
  const fits = (step: Step) => {
    const ids = Object.keys(step.diffs).filter((id) => doc.base[id] !== undefined);
    const here = ids.some(takes) || (step.home !== undefined && takes(step.home));
    return step.undone === (kind === "redo") && here && ids.length > 0;
  };
  return kind === "undo" ? doc.steps.findLast(fits) : doc.steps.find(fits);
}

/**
 * Undoes the last step, or redoes the first undone one. Where a field was changed elsewhere since,
 * nothing is done and `doc.clash` asks; what was changed in other fields stays. With `force`, the
 * step wins. Of a step that changed other clips, too, what they have built on since stays.
 */
export function turned(
  doc: DocState,
  id: string,
  kind: "undo" | "redo",
  scope?: Scope,
  force = false,
): DocState {
  const next = nextStep(doc, kind, scope);
  if (next === undefined) return doc;
  const { steps: before, step } = parted(doc.steps, next, kind);
  const diffs: Record<string, Change[]> = {};
  for (const [touched, changes] of Object.entries(step.diffs)) {
    const clip = doc.clips[touched];
    if (clip === undefined) continue;
    const wanted = kind === "undo" ? inverse(changes) : changes;
    const { clip: turnedClip, clashes } = merge(clip, wanted, force);
    if (clashes.length > 0) {
      const clash = { clipId: touched, label: step.label, kind, stepId: step.id, changes: clashes };
      return { ...doc, clash };
    }
    const real = diff(clip, turnedClip);
    if (real.length > 0) diffs[touched] = real;
  }
  const steps = before.map((one) => (one === step ? { ...step, undone: kind === "undo" } : one));
  return queued({ ...doc, steps, clash: null }, id, step.label, diffs);
}

/** Puts history and unsaved edits of an earlier visit, or of a killed tab, before this page's own. */
export function restored(doc: DocState, steps: Step[], ops: Op[]): DocState {
  const known = new Set(doc.steps.map((step) => step.id));
  const all = [...steps.filter((step) => !known.has(step.id)), ...doc.steps];
  all.sort((a, b) => (a.id < b.id ? -1 : 1));
  const unsaved = { ...doc.unsaved };
  for (const op of ops) {
    const line = unsaved[op.clipId] ?? [];
    if (line.some((one) => one.id === op.id)) continue;
    unsaved[op.clipId] = [...line, op].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return shown({ ...doc, steps: all, unsaved }, new Set(ops.map((op) => op.clipId)));
}
