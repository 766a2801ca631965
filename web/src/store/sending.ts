import type { Clip, ClipEdit } from "../api/types";
import { type Change, composed, editBetween, merge, read } from "./diff";
import { arrived, type Clash, type DocState, type Op, shown } from "./doc";

/** What has to happen next for the unsaved edits of one clip. */
export type Sending =
  | { kind: "nothing" }
  /** The server has them already: they can be taken off. */
  | { kind: "done"; ops: Op[] }
  /** A person has to decide first. */
  | { kind: "clash"; clash: Clash }
  | { kind: "send"; rev: number; edit: ClipEdit; ops: Op[] };

/**
 * What to send for a clip whose newest known version is `doc.base`: its unsaved edits, the oldest
 * `limit` of them, as one edit. Fields that changed elsewhere meanwhile stay as they are there;
 * where both changed the same, it is a clash.
 */
export function nextSending(doc: DocState, clipId: string, limit = Number.MAX_VALUE): Sending {
  const base = doc.base[clipId];
  const line = doc.unsaved[clipId] ?? [];
  const ops = line.slice(0, limit);
  const [first] = ops;
  if (base === undefined || first === undefined) return { kind: "nothing" };
  const { clip, clashes } = merge(base, composed(ops.flatMap((op) => op.changes)));
  if (clashes.length > 0) {
    const clash: Clash = { clipId, label: first.label, kind: "save", changes: clashes };
    return { kind: "clash", clash };
  }
  const edit = editBetween(base, clip);
  if (Object.keys(edit).length === 0) return { kind: "done", ops };
  return { kind: "send", rev: base.rev, edit, ops };
}

/** Takes edits off the line; `saved` is the clip as the server has it with them. */
export function taken(doc: DocState, clipId: string, ops: readonly Op[], saved?: Clip): DocState {
  const ids = new Set(ops.map((op) => op.id));
  const line = (doc.unsaved[clipId] ?? []).filter((op) => !ids.has(op.id));
  const next = shown({ ...doc, unsaved: withLine(doc.unsaved, clipId, line) }, [clipId]);
  return saved === undefined ? next : arrived(next, saved);
}

/**
 * Takes back edits that the server refused, in the history too. What was done after them starts
 * from the value that they had started from.
 */
export function refused(doc: DocState, clipId: string, ops: readonly Op[]): DocState {
  return withdrawn(doc, clipId, new Set(ops.map((op) => op.id)));
}

/** Takes the changes with `keys` (all by default) of some edits back, unsaved ones as they are. */
function withdrawn(
  doc: DocState,
  clipId: string,
  ids: ReadonlySet<string>,
  keys?: ReadonlySet<string>,
): DocState {
  const gone = (id: string, change: Change) =>
    ids.has(id) && (keys === undefined || keys.has(change.key));
  const line = without(doc.unsaved[clipId] ?? [], (op) => op.changes, gone).map(
    ({ entry, changes }) => ({ ...entry, changes }),
  );
  const own = doc.steps.filter((step) => step.diffs[clipId] !== undefined);
  const left = new Map(
    without(own, (step) => step.diffs[clipId] ?? [], gone).map(({ entry, changes }) => [
      entry.id,
      changes,
    ]),
  );
  const steps = doc.steps.flatMap((step) => {
    const { [clipId]: changes, ...others } = step.diffs;
    if (changes === undefined) return [step];
    const rest = left.get(step.id);
    if (rest === changes) return [step];
    const diffs = rest === undefined ? others : { ...others, [clipId]: rest };
    return Object.keys(diffs).length > 0 ? [{ ...step, diffs }] : [];
  });
  const clash = doc.clash?.clipId === clipId ? null : doc.clash;
  const unsaved = withLine(doc.unsaved, clipId, line);
  return shown({ ...doc, steps, unsaved, clash }, [clipId]);
}

/** Entries without the changes that are `gone`; the next change of the same key closes the gap. */
function without<T extends { id: string }>(
  entries: readonly T[],
  changesOf: (entry: T) => Change[],
  gone: (id: string, change: Change) => boolean,
): { entry: T; changes: Change[] }[] {
  const gaps = new Map<string, unknown>();
  const left: { entry: T; changes: Change[] }[] = [];
  for (const entry of entries) {
    const before = changesOf(entry);
    let touched = false;
    const changes = before.flatMap((change) => {
      const from = gaps.has(change.key) ? gaps.get(change.key) : change.before;
      if (gaps.has(change.key) || gone(entry.id, change)) touched = true;
      if (gone(entry.id, change)) {
        gaps.set(change.key, from);
        return [];
      }
      gaps.delete(change.key);
      return [{ ...change, before: from }];
    });
    if (changes.length > 0) left.push({ entry, changes: touched ? changes : before });
  }
  return left;
}

/**
 * Settles a clash. "theirs": what is there now stays. "mine": an edit is made again on top of
 * that; an undo (or redo) has to be forced by who asked.
 */
export function answered(doc: DocState, answer: "mine" | "theirs"): DocState {
  const { clash } = doc;
  if (clash === null) return doc;
  const free = { ...doc, clash: null };
  const keys = new Set(clash.changes.map((change) => change.key));
  if (clash.kind !== "save") return answer === "mine" ? free : passed(free, clash, keys);
  if (answer === "theirs") {
    const ids = new Set((doc.unsaved[clash.clipId] ?? []).map((op) => op.id));
    return withdrawn(free, clash.clipId, ids, keys);
  }
  const base = doc.base[clash.clipId];
  if (base === undefined) return free;
  const open = new Set(keys);
  const onto = (change: Change): Change => {
    if (!open.delete(change.key)) return change;
    return { ...change, before: read(base, change.key) };
  };
  const line = (doc.unsaved[clash.clipId] ?? []).map((op) => ({
    ...op,
    changes: op.changes.map(onto),
  }));
  return { ...free, unsaved: withLine(doc.unsaved, clash.clipId, line) };
}

/** Leaves out of a step what cannot be undone (or redone) any more, so that it is not asked again. */
function passed(doc: DocState, clash: Clash, keys: ReadonlySet<string>): DocState {
  const steps = doc.steps.flatMap((step) => {
    const { [clash.clipId]: changes, ...others } = step.diffs;
    if (step.id !== clash.stepId || changes === undefined) return [step];
    const rest = changes.filter((change) => !keys.has(change.key));
    const diffs = rest.length > 0 ? { ...others, [clash.clipId]: rest } : others;
    return Object.keys(diffs).length > 0 ? [{ ...step, diffs }] : [];
  });
  return { ...doc, steps };
}

function withLine(unsaved: Record<string, Op[]>, clipId: string, line: Op[]): Record<string, Op[]> {
  const { [clipId]: _old, ...others } = unsaved;
  return line.length > 0 ? { ...others, [clipId]: line } : others;
}
