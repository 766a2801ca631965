import type { Job } from "../api/types";
import { stepNames } from "../project/steps";
import type { Pace } from "../store/server";
import { left, pace as paceWords, percent } from "../ui/format";

/** All jobs by what a person can do about them, each list in the order of its interest. */
export interface Work {
  /** Being worked on, the oldest first. */
  running: Job[];
  /** In the order in which they will be taken. */
  waiting: Job[];
  /** Failed or cancelled, the latest first. */
  stopped: Job[];
  /** The latest first. */
  finished: Job[];
}

const GROUPS: Record<Job["status"], keyof Work> = {
  processing: "running",
  pending: "waiting",
  failed: "stopped",
  cancelled: "stopped",
  completed: "finished",
};

/** Sorts jobs into `Work`. Jobs of one moment keep the order in which the pipeline needs them. */
export function sortWork(jobs: Iterable<Job>): Work {
  const work: Work = { running: [], waiting: [], stopped: [], finished: [] };
  const byAge = [...jobs].sort(
    (a, b) => a.created_at - b.created_at || PLACE[a.type] - PLACE[b.type],
  );
  for (const job of byAge) work[GROUPS[job.status]].push(job);
  const latest = (a: Job, b: Job) => b.updated_at - a.updated_at;
  work.finished.sort(latest);
  // What failed for another's sake comes after the one that says why.
  work.stopped.sort(
    (a, b) => Number(failedForAnother(a)) - Number(failedForAnother(b)) || latest(a, b),
  );
  return work;
}

const PLACE: Record<Job["type"], number> = { ingest: 0, transcribe: 1, analyze: 2, export: 3 };

/**
 * The live job whose results `job` waits for: an earlier one of the pipeline on the same
 * recording. Undefined when nothing of the kind is under way.
 */
export function waitsFor(job: Job, live: Job[]): Job | undefined {
  if (job.steps.some((step) => step.status === "processing")) return undefined;
  return live.find((other) => other.vod_id === job.vod_id && PLACE[other.type] < PLACE[job.type]);
}

/** The first step without a result, where a retry goes on; null when all have one. */
export function goesOnAt(job: Job): string | null {
  const open = job.steps.find((step) => step.status !== "completed" && step.status !== "skipped");
  return open?.name ?? null;
}

/**
 * What the button says that puts a stopped job back. With a damaged file, the server first has the
 * work done again that made it.
 */
export function retryWords(job: Job): string {
  if (job.status === "cancelled") return "Go on";
  return job.error?.code === "artifact_damaged" ? "Make it again" : "Try again";
}

/** Whether a job failed only because one that it needs did. */
export function failedForAnother(job: Job): boolean {
  return job.status === "failed" && job.error?.code === "upstream_failed";
}

/**
 * `37 % · ×2.1 real time · about 3 min left`, of what is known. Speed and time are of one step, and
 * name it where the job has several: `37 % · Words: ×2.1 real time, about 3 min left`. `total` says
 * how long all of them will take.
 */
export function progressWords(
  job: Job,
  pace: Pace | undefined,
  total: string | null = null,
): string {
  const whole = [percent(job.progress), total].filter((part) => part !== null).join(" · ");
  const step = job.steps.find((one) => one.name === pace?.step);
  // The last that was heard may be of a step that has ended since.
  if (step?.status === "completed") return whole;
  const times = paceWords(pace?.speed ?? null);
  const parts = [times === null ? null : `${times} real time`, left(pace?.eta ?? null)].filter(
    (part) => part !== null,
  );
  if (parts.length === 0) return whole;
  if (job.steps.length < 2) return [whole, ...parts].join(" · ");
  return `${whole} · ${stepNames(pace?.step ?? "").short}: ${parts.join(", ")}`;
}

/** Below so many seconds, the running step's own time says enough. */
const WORTH = 60;

/** `about 12 min left in all`; null while that is not known, or hardly more than a moment. */
export function totalWords(seconds: number | null): string | null {
  const words = seconds !== null && seconds >= WORTH ? left(seconds) : null;
  return words === null ? null : `${words} in all`;
}

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };

/** `Next in the queue`, `3rd in the queue`; `place` counts from 1. */
export function queueWords(place: number): string {
  if (place <= 1) return "Next in the queue";
  return `${place}${SUFFIXES[ORDINALS.select(place)] ?? "th"} in the queue`;
}
