import { listClips, patchClip } from "../api/client";
import { Failure } from "../api/failure";
import type { Clip, ClipEdit } from "../api/types";
import { edited, received, settled } from "../store/doc";
import { changeDoc, complain, useStore } from "../store/store";

/** The newest revision that the server is known to have, by clip. */
const revisions = new Map<string, number>();
/** The end of each clip's line of saves: one at a time, in the order they were made. */
const lines = new Map<string, Promise<void>>();

/** Shows an edit at once and saves it. Failures become notices, and the edit is taken back. */
export function editClip(clip: Clip, edit: ClipEdit): Promise<void> {
  changeDoc((doc) => edited(doc, clip.id, edit));
  const before = lines.get(clip.id) ?? Promise.resolve();
  const line = before.then(() => save(clip, edit));
  lines.set(clip.id, line);
  return line;
}

async function save(clip: Clip, edit: ClipEdit): Promise<void> {
  try {
    const saved = await compareAndSet(clip, edit);
    revisions.set(saved.id, saved.rev);
    changeDoc((doc) => settled(doc, saved));
  } catch (thrown) {
    complain(thrown);
    const real = await current(clip).catch(() => undefined);
    if (real !== undefined) changeDoc((doc) => settled(doc, real));
  }
}

/**
 * An edit names single fields, so one made on an old revision still holds on the new one: it is
 * made once more on that. A second refusal means that somebody else is typing too, and is told.
 */
async function compareAndSet(clip: Clip, edit: ClipEdit): Promise<Clip> {
  const known = useStore.getState().doc.clips[clip.id]?.rev ?? clip.rev;
  const rev = Math.max(known, revisions.get(clip.id) ?? 0);
  try {
    return await patchClip(clip.id, rev, edit);
  } catch (thrown) {
    const stale = thrown instanceof Failure && (thrown.status === 409 || thrown.status === 412);
    if (!stale) throw thrown;
    const real = await current(clip);
    if (real === undefined) throw thrown;
    return patchClip(clip.id, real.rev, edit);
  }
}

async function current(clip: Clip): Promise<Clip | undefined> {
  const clips = await listClips(clip.project_id);
  changeDoc((doc) => received(doc, clip.project_id, clips));
  return clips.find((one) => one.id === clip.id);
}
