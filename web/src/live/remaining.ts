import type { Job, StepRow, Vod } from "../api/types";
import type { Pace } from "../store/server";
import { left } from "../ui/format";

/** Steps that run beside their job's long ones, and end before them as a rule. */
const BESIDE = new Set(["hash", "audio", "scene_detect"]);
/** How many of a step's latest measurements count. */
const LATEST = 3;
/** A recording this many times shorter says nothing: most of its time went into loading a model. */
const SHORTER = 10;
/** Below so many seconds, the running step's own time says enough. */
const WORTH = 60;

/**
 * How many seconds a step takes for each second of recording on this machine: the median of the
 * last times that it was really done, on recordings of `least` seconds and more. Null while it
 * never was.
 */
export function paceOf(
  name: string,
  jobs: Job[],
  lengths: ReadonlyMap<string, number>,
  least = 0,
): number | null {
  const measured = jobs
    .flatMap((job) => job.steps.map((step) => ({ step, job, length: lengths.get(job.vod_id) })))
    .filter(({ step }) => step.name === name && step.status === "completed" && !step.reused)
    .sort((a, b) => b.job.updated_at - a.job.updated_at)
    .flatMap(({ step, length }) =>
      step.seconds !== null && length !== undefined && length > 0 && length >= least
        ? [step.seconds / length]
        : [],
    )
    .slice(0, LATEST)
    .sort((a, b) => a - b);
  return measured[Math.floor((measured.length - 1) / 2)] ?? null;
}

/** The lengths of recordings in seconds, by their ids; those that are not known are left out. */
export function lengthsOf(vods: Vod[]): Map<string, number> {
  return new Map(vods.flatMap((vod) => (vod.duration === null ? [] : [[vod.id, vod.duration]])));
}

/**
 * Seconds until all steps of a job are done, at least 0. What runs has its own time left, what
 * follows the pace that `jobs` were measured at here. Null when that is not known of any one of
 * them, when nothing runs, and when only one step is left, whose own time says the same.
 */
export function totalLeft(
  job: Job,
  pace: Pace | undefined,
  jobs: Job[],
  lengths: ReadonlyMap<string, number>,
): number | null {
  const open = job.steps.filter((step) => !["completed", "skipped"].includes(step.status));
  if (open.length < 2 || job.type === "export") return null;
  if (!open.some((step) => step.status === "processing")) return null;
  const sums = { beside: 0, chain: 0 };
  for (const step of open) {
    const seconds = stepLeft(step, job, pace, jobs, lengths);
    if (seconds === null) return null;
    sums[BESIDE.has(step.name) ? "beside" : "chain"] += seconds;
  }
  return Math.max(sums.beside, sums.chain);
}

/** `about 12 min left in all`; null while that is not known, or hardly more than a moment. */
export function totalWords(seconds: number | null): string | null {
  const words = seconds !== null && seconds >= WORTH ? left(seconds) : null;
  return words === null ? null : `${words} in all`;
}

function stepLeft(
  step: StepRow,
  job: Job,
  pace: Pace | undefined,
  jobs: Job[],
  lengths: ReadonlyMap<string, number>,
): number | null {
  if (step.status !== "processing" && step.status !== "pending") return null;
  const running = step.status === "processing";
  if (running && pace?.step === step.name && pace.eta !== null) return Math.max(0, pace.eta);
  const length = lengths.get(job.vod_id);
  if (length === undefined) return null;
  const known = paceOf(step.name, jobs, lengths, length / SHORTER);
  if (known === null) return null;
  const done = running ? Math.min(100, Math.max(0, step.progress)) / 100 : 0;
  return known * length * (1 - done);
}
