import type { Job, StepRow } from "../api/types";

/** How many moments an analysis found; null while it has not come that far. */
export function momentsFound(analysis: Job): number | null {
  const scoring = analysis.result?.["scoring"] as { clips?: unknown } | undefined;
  return typeof scoring?.clips === "number" ? scoring.clips : null;
}

interface Naming {
  /** One word, for a cell. */
  short: string;
  /** What is being done, for someone who does not know the inside. */
  long: string;
}

const NAMES: Record<string, Naming> = {
  chat: { short: "Chat", long: "Reading the chat" },
  probe: { short: "File", long: "Looking into the file" },
  hash: { short: "Identity", long: "Taking its fingerprint" },
  audio: { short: "Sound", long: "Extracting the sound" },
  proxy: { short: "Preview", long: "Building the preview" },
  transcription: { short: "Words", long: "Writing down the words" },
  diarization: { short: "Speakers", long: "Telling the speakers apart" },
  scene_detect: { short: "Cuts", long: "Finding the cuts" },
  facecam: { short: "Facecam", long: "Looking for a facecam" },
  signals: { short: "Signals", long: "Measuring sound, words and chat" },
  scoring: { short: "Moments", long: "Scoring the moments" },
  render: { short: "Render", long: "Rendering the clip" },
};

/** A step's names for people. An unknown step keeps its own name, made readable. */
export function stepNames(name: string): Naming {
  return NAMES[name] ?? { short: readable(name), long: readable(name) };
}

/** `chat_rate` as `Chat rate`. */
export function readable(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface PipelineStep {
  job: Job;
  step: StepRow;
}

/** Whether a job stopped although an earlier one of its kind had done the same: that one stands. */
function inVain(job: Job, jobs: Job[]): boolean {
  const stopped = job.status === "failed" || job.status === "cancelled";
  return (
    stopped &&
    jobs.some(
      (other) =>
        other.status === "completed" &&
        other.type === job.type &&
        other.vod_id === job.vod_id &&
        other.created_at <= job.created_at,
    )
  );
}

/** The jobs that say how things are: without the tries that changed nothing of what stands. */
export function standing(jobs: Job[]): Job[] {
  return jobs.filter((job) => !inVain(job, jobs));
}

/**
 * The tries at doing a recording's work again that failed and were not followed by another one, in
 * the pipeline's order. Cancelled ones are none: whoever cancels knows.
 */
export function failedAgain(jobs: Job[], vodId: string): Job[] {
  const own = jobs.filter((job) => job.vod_id === vodId && job.type !== "export");
  const newest = own.filter(
    (job) => !own.some((other) => other.type === job.type && other.created_at > job.created_at),
  );
  return stoppedJobs(newest).filter((job) => job.status === "failed" && inVain(job, own));
}

/**
 * The steps that prepare one recording, each once: a newer job's row takes the place of an older
 * one's (an analysis that was run again), and exports are not part of it. A try that failed does
 * not take the place of a result.
 */
export function pipelineOf(jobs: Job[], vodId: string): PipelineStep[] {
  const rows = new Map<string, PipelineStep>();
  const own = standing(jobs)
    .filter((job) => job.vod_id === vodId && job.type !== "export")
    .sort((a, b) => a.created_at - b.created_at || ORDER[a.type] - ORDER[b.type]);
  for (const job of own) {
    for (const step of job.steps) rows.set(step.name, { job, step });
  }
  return [...rows.values()];
}

/** The jobs that failed or were cancelled, in the order in which they would have to go on. */
export function stoppedJobs(jobs: Job[]): Job[] {
  return jobs
    .filter((job) => job.status === "failed" || job.status === "cancelled")
    .sort((a, b) => ORDER[a.type] - ORDER[b.type]);
}

/**
 * The job whose trouble explains the others': what could not be read cannot be analysed either,
 * and only the first of the two says why.
 */
export function rootOf(jobs: Job[]): Job | undefined {
  const stopped = stoppedJobs(jobs);
  return stopped.find((job) => job.status === "failed") ?? stopped[0];
}

const ORDER: Record<Job["type"], number> = { ingest: 0, transcribe: 1, analyze: 2, export: 3 };

/** The jobs behind a pipeline that someone can act on, each once. */
export function jobsOf(pipeline: PipelineStep[]): Job[] {
  return [...new Set(pipeline.map((row) => row.job))];
}
