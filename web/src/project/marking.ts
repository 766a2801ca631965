import type { Clip, ClipState } from "../api/types";
import { editClip } from "../clip/editing";

/** Marks a clip, or takes the same mark off again. */
export function mark(clip: Clip, state: Exclude<ClipState, "suggested">): void {
  void editClip(clip, { state: clip.state === state ? "suggested" : state });
}
