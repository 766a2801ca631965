import type { Job } from "../api/types";
import { failedAgain, rootOf, standing, stepNames } from "../project/steps";
import { isActive } from "../store/server";

export interface Summary {
  tone: "busy" | "bad" | "done" | "idle";
  words: string;
  /** 0 to 100 over all of the work that prepares a project; null when none is under way. */
  progress: number | null;
}

/** One line on how far a project is, from the jobs that prepare it (exports do not count). */
export function summarize(jobs: Job[]): Summary {
  const own = latestOfEachType(standing(jobs).filter((job) => job.type !== "export"));
  const active = own.filter(isActive);
  const root = rootOf(own);
  if (root?.status === "failed") {
    return { tone: "bad", words: root.error?.message ?? "Something failed", progress: null };
  }
  if (active.length > 0) {
    const running = active.find((job) => job.status === "processing");
    const progress = own.reduce((sum, job) => sum + job.progress, 0) / own.length;
    const words = running === undefined ? "Waiting its turn" : stepNames(running.step ?? "").long;
    return { tone: "busy", words, progress };
  }
  if (root !== undefined) {
    return { tone: "idle", words: "Cancelled", progress: null };
  }
  if (own.some((job) => job.type === "analyze")) {
    const again = own.some((job) => failedAgain(jobs, job.vod_id).length > 0);
    const words = again ? "Moments are ready; another try failed" : "Moments are ready";
    return { tone: "done", words, progress: null };
  }
  return { tone: "idle", words: own.length > 0 ? "Imported, not analysed" : "", progress: null };
}

function latestOfEachType(jobs: Job[]): Job[] {
  const latest = new Map<string, Job>();
  for (const job of jobs) {
    const key = `${job.vod_id} ${job.type}`;
    const known = latest.get(key);
    if (known === undefined || known.created_at <= job.created_at) latest.set(key, job);
  }
  return [...latest.values()];
}
