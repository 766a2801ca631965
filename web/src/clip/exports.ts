import type { Job } from "../api/types";

/** The exports of one clip, the newest first. */
export function exportsOf(jobs: Job[], clipId: string): Job[] {
  return jobs
    .filter((job) => job.type === "export" && job.payload["clip_id"] === clipId)
    .sort((a, b) => b.created_at - a.created_at);
}
