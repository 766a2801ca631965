import type { Clip, ClipState } from "../api/types";
import { editClip } from "../clip/editing";
import { commit } from "../store/history";
import { announce } from "../store/store";
import { best } from "./choosing";

/** Marks a clip, or takes the same mark off again. */
export function mark(clip: Clip, state: Exclude<ClipState, "suggested">): void {
  void editClip(clip, { state: clip.state === state ? "suggested" : state });
}

/** Keeps the best so many moments that nobody skipped, as one step of the history. */
export function keepBest(clips: readonly Clip[], count: number): void {
  const kept = best(clips, count);
  announce(`The best ${kept.length} moments are kept.`, "Ctrl+Z takes it back.");
  void commit(`Keep the best ${kept.length}`, (drafts) => {
    for (const { id } of kept) {
      const draft = drafts[id];
      if (draft !== undefined) draft.state = "kept";
    }
  });
}
