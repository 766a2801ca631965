import type { Job, Project, System } from "../api/types";

/** How fast a running job is: `speed` in seconds of recording per second, `eta` seconds left. */
export interface Pace {
  step: string | null;
  speed: number | null;
  /** Seconds left of the step. */
  eta: number | null;
  /** Seconds left of the whole job; null while that is not known, and when one step is left. */
  total: number | null;
}

export type Link = "connecting" | "open" | "lost";

/**
 * What the server says is so. Only the server changes it: through an answer or an event, never
 * through a person's edit, and it is never part of the undo history.
 */
export interface ServerState {
  /** The last state event that was taken in; null before the first greeting. */
  seq: number | null;
  link: Link;
  session: "unknown" | "open" | "closed" | "locked";
  system: System | null;
  /** Whether the list of projects has arrived once. */
  loaded: boolean;
  projects: Record<string, Project>;
  jobs: Record<string, Job>;
  pace: Record<string, Pace>;
}

export const emptyServer: ServerState = {
  seq: null,
  link: "connecting",
  session: "unknown",
  system: null,
  loaded: false,
  projects: {},
  jobs: {},
  pace: {},
};

export function isActive(job: Job): boolean {
  return job.status === "pending" || job.status === "processing";
}

/** A copy of `record` without `key`. */
export function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/**
 * Takes in one job. An answer that was on its way while an event arrived may be the older one of
 * the two, so the later `updated_at` wins, and the newcomer when they are equal.
 */
export function withJob(server: ServerState, job: Job): ServerState {
  const known = server.jobs[job.id];
  if (known !== undefined && known.updated_at > job.updated_at) return server;
  return {
    ...server,
    jobs: { ...server.jobs, [job.id]: job },
    pace: isActive(job) ? server.pace : without(server.pace, job.id),
  };
}

export function withProject(server: ServerState, project: Project): ServerState {
  return { ...server, projects: { ...server.projects, [project.id]: project } };
}

/** Takes in the whole list: what is not in it any more is gone. */
export function withProjects(server: ServerState, projects: Project[]): ServerState {
  const byId = Object.fromEntries(projects.map((project) => [project.id, project]));
  return { ...server, loaded: true, projects: byId };
}

/** Takes in a list of jobs, of one project or of all; jobs that were deleted leave with it. */
export function withJobs(server: ServerState, jobs: Job[], projectId?: string): ServerState {
  const listed = new Set(jobs.map((job) => job.id));
  const kept = Object.values(server.jobs).filter(
    (job) => listed.has(job.id) || (projectId !== undefined && job.project_id !== projectId),
  );
  const base = { ...server, jobs: Object.fromEntries(kept.map((job) => [job.id, job])) };
  return jobs.reduce(withJob, base);
}

export function withoutJob(server: ServerState, jobId: string): ServerState {
  return {
    ...server,
    jobs: without(server.jobs, jobId),
    pace: without(server.pace, jobId),
  };
}

export function withoutProject(server: ServerState, projectId: string): ServerState {
  const jobs = Object.values(server.jobs).filter((job) => job.project_id !== projectId);
  return {
    ...server,
    projects: without(server.projects, projectId),
    jobs: Object.fromEntries(jobs.map((job) => [job.id, job])),
  };
}
