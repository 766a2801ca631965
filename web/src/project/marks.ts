import { createClip, deleteClip } from "../api/client";
import type { Clip, Vod } from "../api/types";
import { SHORTEST } from "../clip/shortest";
import { titleOf } from "../clip/titleOf";
import { deleteLater } from "../live/acting";
import { arrived, withoutClip } from "../store/doc";
import { changeDoc, complain } from "../store/store";

/** Marks a new clip on a recording, and shows it. Returns it, or null when that failed. */
export async function markClip(
  vod: Vod,
  start: number,
  end: number,
  title: string,
): Promise<Clip | null> {
  const last = vod.duration ?? end;
  const to = Math.min(last, Math.max(end, start + SHORTEST));
  const from = Math.max(0, Math.min(start, to - SHORTEST));
  try {
    const clip = await createClip(vod.project_id, { vod_id: vod.id, start: from, end: to, title });
    changeDoc((doc) => arrived(doc, clip));
    return clip;
  } catch (thrown) {
    complain(thrown);
    return null;
  }
}

/** Whether a person marked a clip, and no analysis found it. */
export function isMarked(clip: Clip): boolean {
  return clip.score === 0 && clip.reasons.length === 0;
}

/** Deletes a clip, which can be undone for some seconds. Its finished exports stay. */
export function dropClip(clip: Clip): void {
  deleteLater(clip.id, `“${titleOf(clip)}” is deleted.`, deleteClip, (id) =>
    changeDoc((doc) => withoutClip(doc, id)),
  );
}
