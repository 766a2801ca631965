import type { ErrorDetail, Job, StepRow } from "../api/types";
import {
  isActive,
  type ServerState,
  withJob,
  without,
  withoutJob,
  withoutProject,
} from "../store/server";
import type { LiveEvent } from "./events";

/** What has to be asked for again, because an event says that it changed but not to what. */
export type Effect =
  | { kind: "all" }
  | { kind: "project"; id: string }
  | { kind: "clips"; id: string }
  /** One clip that is at least at revision `rev` now. */
  | { kind: "clip"; id: string; rev: number; projectId: string }
  | { kind: "job"; id: string }
  | { kind: "forget"; id: string };

export interface Outcome {
  server: ServerState;
  effects: Effect[];
}

/** Takes one event in. Pure: the requests that follow from it are named, not made. */
export function reduce(server: ServerState, event: LiveEvent): Outcome {
  if (event.type === "HELLO") return greet(server, event.seq);
  if (event.type === "RESYNC") {
    return { server: { ...server, seq: event.seq }, effects: [{ kind: "all" }] };
  }
  if (event.type === "JOB_PROGRESS") return progress(server, event);
  // Events are replayed after a reconnect; one that was taken in already changes nothing.
  if (server.seq !== null && event.seq <= server.seq) return { server, effects: [] };
  return change({ ...server, seq: event.seq }, event);
}

/**
 * The first greeting starts everything; a later one only continues, unless the server counts from
 * lower than this page has seen: then it is another server, or another data directory.
 */
function greet(server: ServerState, seq: number): Outcome {
  if (server.seq !== null && seq >= server.seq) return { server, effects: [] };
  return { server: { ...server, seq }, effects: [{ kind: "all" }] };
}

type Progress = Extract<LiveEvent, { type: "JOB_PROGRESS" }>;

function progress(server: ServerState, event: Progress): Outcome {
  const job = server.jobs[event.id];
  if (job === undefined) return { server, effects: [{ kind: "job", id: event.id }] };
  // Progress is conflated and may come after the event that ended the job.
  if (!isActive(job)) return { server, effects: [] };
  const steps = job.steps.map((step) =>
    step.name === event.step && step.status === "processing"
      ? { ...step, progress: event.step_progress ?? step.progress, speed: event.speed ?? null }
      : step,
  );
  const moved = { ...job, progress: event.progress, step: event.step ?? job.step, steps };
  const pace = {
    step: event.step ?? null,
    speed: event.speed ?? null,
    eta: event.eta ?? null,
    total: event.total_eta ?? null,
  };
  return {
    server: {
      ...server,
      jobs: { ...server.jobs, [job.id]: moved },
      pace: { ...server.pace, [job.id]: pace },
    },
    effects: [],
  };
}

type Change = Exclude<LiveEvent, { type: "HELLO" | "RESYNC" | "JOB_PROGRESS" }>;

function change(server: ServerState, event: Change): Outcome {
  switch (event.type) {
    case "JOB_CREATED":
    case "JOB_CHANGED":
      return {
        server: withJob(server, event.job),
        effects: [...unknownProject(server, event.job), ...afterJob(event.job)],
      };
    case "STEP_CHANGED":
      return stepChanged(server, event.job_id, event.step);
    case "JOB_COMPLETED":
      return ended(server, event.id, { status: "completed", progress: 100, result: event.result });
    case "JOB_FAILED":
      return ended(server, event.id, { status: "failed", error: event.error });
    case "JOB_CANCELLED":
      return ended(server, event.id, { status: "cancelled" });
    case "JOB_DELETED":
      return { server: withoutJob(server, event.id), effects: [] };
    case "CLIP_CHANGED":
      return {
        server,
        effects: [{ kind: "clip", id: event.id, rev: event.rev, projectId: event.project_id }],
      };
    case "PROJECT_CHANGED":
      return { server, effects: [{ kind: "project", id: event.id }] };
    case "PROJECT_DELETED":
      return {
        server: withoutProject(server, event.id),
        effects: [{ kind: "forget", id: event.id }],
      };
  }
}

function unknownProject(server: ServerState, job: Job): Effect[] {
  return server.projects[job.project_id] === undefined
    ? [{ kind: "project", id: job.project_id }]
    : [];
}

function afterJob(job: Job): Effect[] {
  return job.status === "completed" && job.type === "analyze"
    ? [{ kind: "clips", id: job.project_id }]
    : [];
}

function stepChanged(server: ServerState, jobId: string, step: StepRow): Outcome {
  const job = server.jobs[jobId];
  if (job === undefined) return { server, effects: [{ kind: "job", id: jobId }] };
  const known = job.steps.some((one) => one.name === step.name);
  const steps = known
    ? job.steps.map((one) => (one.name === step.name ? step : one))
    : [...job.steps, step];
  // A finished step may have filled in the recording's facts (probe), its preview (proxy) or
  // the moments (scoring).
  const effects: Effect[] = step.status === "completed" ? finished(job, step) : [];
  return { server: { ...server, jobs: { ...server.jobs, [jobId]: { ...job, steps } } }, effects };
}

function finished(job: Job, step: StepRow): Effect[] {
  const effects: Effect[] = [{ kind: "project", id: job.project_id }];
  if (step.name === "scoring") effects.push({ kind: "clips", id: job.project_id });
  return effects;
}

interface Ending {
  status: "completed" | "failed" | "cancelled";
  progress?: number;
  result?: Record<string, unknown> | null;
  error?: ErrorDetail;
}

function ended(server: ServerState, id: string, ending: Ending): Outcome {
  const job = server.jobs[id];
  if (job === undefined) return { server, effects: [{ kind: "job", id }] };
  const next: Job = { ...job, ...ending };
  return {
    server: {
      ...server,
      jobs: { ...server.jobs, [id]: next },
      pace: without(server.pace, id),
    },
    effects: afterJob(next),
  };
}
