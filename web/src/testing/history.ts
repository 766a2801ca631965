/** A session without a server: what the effects would do to the document is done to the value. */
import type { Clip } from "../api/types";
import { arrived, type DocState, emptyDoc, received } from "../store/doc";
import { nextSending, taken } from "../store/sending";
import { committed, type Recipe, restored, turned } from "../store/steps";
import { aClip } from "./samples";

export const start = received(emptyDoc, "p1", [aClip(), aClip({ id: "c2", start: 10, end: 20 })]);
let count = 0;

export function fresh(): string {
  count += 1;
  return String(count).padStart(8, "0");
}

export function titled(title: string, clipId = "c1"): Recipe {
  return (clips) => {
    const draft = clips[clipId];
    if (draft !== undefined) draft.title = title;
  };
}

export const commit = (doc: DocState, title: string, clipId = "c1") =>
  committed(doc, fresh(), `Rename to ${title}`, titled(title, clipId));
export const undo = (doc: DocState, clipId?: string) => turned(doc, fresh(), "undo", clipId);
export const redo = (doc: DocState, clipId?: string) => turned(doc, fresh(), "redo", clipId);
export const titleOf = (doc: DocState, clipId = "c1") => doc.clips[clipId]?.title;

/** Lets the server take what there is to send for a clip. */
export function saved(doc: DocState, clipId = "c1"): DocState {
  const next = nextSending(doc, clipId);
  if (next.kind === "done") return taken(doc, clipId, next.ops);
  const base = doc.base[clipId];
  if (next.kind !== "send" || base === undefined) return doc;
  return taken(doc, clipId, next.ops, { ...base, ...next.edit, rev: base.rev + 1 });
}

/** Another window changes a clip, and the server tells. */
export function pushed(doc: DocState, fields: Partial<Clip>, clipId = "c1"): DocState {
  const base = doc.base[clipId];
  return base === undefined ? doc : arrived(doc, { ...base, ...fields, rev: base.rev + 1 });
}

/** A new page over the same server and the same journal. */
export function reloaded(doc: DocState): DocState {
  const kept = structuredClone({ steps: doc.steps, ops: Object.values(doc.unsaved).flat() });
  const loaded = received(emptyDoc, "p1", Object.values(doc.base));
  return restored(loaded, kept.steps, kept.ops);
}
