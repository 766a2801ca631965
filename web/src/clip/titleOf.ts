import type { Clip } from "../api/types";

/** What a clip is called on the screen, with a title or without. */
export function titleOf(clip: Pick<Clip, "title">): string {
  return clip.title || "Untitled moment";
}
