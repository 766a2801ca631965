import { exportClip } from "../api/client";
import type { Clip, ExportKind, Job } from "../api/types";
import { withJob } from "../store/server";
import { changeServer, complain } from "../store/store";

/** The exports of one clip, the newest first. */
export function exportsOf(jobs: Job[], clipId: string): Job[] {
  return jobs
    .filter((job) => job.type === "export" && job.payload["clip_id"] === clipId)
    .sort((a, b) => b.created_at - a.created_at);
}

/** What a finished export made. */
export interface Exported {
  /** The files' name for people, without a suffix. */
  name: string;
  duration: number | null;
  /** LUFS; null when nothing is heard. */
  loudness: number | null;
  captions: boolean;
  kinds: ExportKind[];
}

const KINDS: ExportKind[] = ["mp4", "srt", "vtt"];

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** What an export made, or null when it is not finished or made no video. */
export function exportedBy(job: Job): Exported | null {
  const step = job.steps.find((one) => one.name === "render");
  if (job.status !== "completed" || step === undefined) return null;
  const kinds = KINDS.filter((kind) => step.artifacts[`clip.${kind}`] !== undefined);
  if (!kinds.includes("mp4")) return null;
  // A job's result holds one object for each of its steps.
  const facts = (job.result?.["render"] ?? job.result ?? {}) as Record<string, unknown>;
  const name = job.payload["name"];
  return {
    name: typeof name === "string" ? name : "clip",
    duration: number(facts["duration"]),
    loudness: number(facts["loudness"]),
    captions: facts["captions"] === true,
    kinds,
  };
}

export async function startExport(clip: Clip): Promise<void> {
  try {
    const job = await exportClip(clip.id);
    changeServer((server) => withJob(server, job));
  } catch (thrown) {
    complain(thrown);
  }
}
