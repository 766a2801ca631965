import type { CaptionLayout, StyleSample } from "../captions/layout";
import { Failure, failureFrom, unreachable } from "./failure";
import type { Clip, ClipEdit, ExportKind, Job, Preset, Project, System, Vod } from "./types";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
}

let onUnauthorized: (failure: Failure) => void = () => {};

/** Sets what happens when any request is refused for want of a session. */
export function whenUnauthorized(action: (failure: Failure) => void): void {
  onUnauthorized = action;
}

/**
 * One request to FORGE's API. Resolves to the parsed answer (`undefined` for 204).
 *
 * Throws `Failure`, always: for an error answer, and for no answer at all. Requests that change
 * something carry `X-Forge: 1`, which a foreign page cannot send without asking first.
 */
async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (method !== "GET") headers["X-Forge"] = "1";
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch {
    throw unreachable();
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  const failure = failureFrom(answer.status, await answer.json().catch(() => null));
  if (answer.status === 401) onUnauthorized(failure);
  throw failure;
}

const id = encodeURIComponent;

/** Whether this browser holds a session. Throws when the server cannot be reached. */
export async function hasSession(): Promise<boolean> {
  try {
    await call("GET", "/api/session");
    return true;
  } catch (error) {
    if (error instanceof Failure && error.status === 401) return false;
    throw error;
  }
}

/** Trades the token of the start URL for the session cookie. */
export async function openSession(token: string): Promise<void> {
  await call("POST", "/api/session", {
    body: {},
    headers: { Authorization: `Bearer ${token}` },
  });
}

/** Trades the password, where the server has one, for the session cookie. */
export async function signIn(password: string): Promise<void> {
  await call("POST", "/api/session", { body: { password } });
}

export const getSystem = () => call<System>("GET", "/api/system");

export const listProjects = async () =>
  (await call<{ projects: Project[] }>("GET", "/api/projects")).projects;

export async function getProject(projectId: string): Promise<Project> {
  const answer = await call<Project | { project: Project }>(
    "GET",
    `/api/projects/${id(projectId)}`,
  );
  return "project" in answer ? answer.project : answer;
}

export const renameProject = (projectId: string, title: string) =>
  call<Project>("PATCH", `/api/projects/${id(projectId)}`, { body: { title } });

export const deleteProject = (projectId: string) =>
  call<void>("DELETE", `/api/projects/${id(projectId)}`);

export interface ImportRequest {
  path?: string;
  upload_id?: string;
  title?: string;
  chat?: string;
  chat_upload_id?: string;
}

export interface Imported {
  project: Project;
  vod: Vod;
  jobs: Job[];
}

/** Starts a project. `force` imports a recording that FORGE already has (409 otherwise). */
export const createProject = (request: ImportRequest, force = false) =>
  call<Imported>("POST", `/api/projects${force ? "?force=true" : ""}`, { body: request });

/** Imports another recording into a project. `force` as for `createProject`. */
export async function addRecording(
  projectId: string,
  request: ImportRequest,
  force = false,
): Promise<Imported> {
  const path = `/api/projects/${id(projectId)}/vods${force ? "?force=true" : ""}`;
  const made = await call<Omit<Imported, "project">>("POST", path, { body: request });
  return { ...made, project: await getProject(projectId) };
}

/** Makes the demo recording, which takes about a minute, and imports it. */
export const createDemo = () => call<Imported>("POST", "/api/demo", { body: {} });

export const listClips = async (projectId: string) =>
  (await call<{ clips: Clip[] }>("GET", `/api/projects/${id(projectId)}/clips`)).clips;

const JOB_TYPES: Job["type"][] = ["ingest", "transcribe", "analyze", "export"];

/**
 * The jobs of a project, or of all. The server tells of the newest few hundred in one answer, so
 * all are asked for by type: many exports must not hide the work that explains a project.
 */
export async function listJobs(projectId?: string): Promise<Job[]> {
  const queries =
    projectId === undefined
      ? JOB_TYPES.map((type) => `type=${type}`)
      : [`project_id=${id(projectId)}`];
  const answers = await Promise.all(
    queries.map((query) => call<{ jobs: Job[] }>("GET", `/api/jobs?${query}`)),
  );
  return answers.flatMap((answer) => answer.jobs);
}

async function job(method: Method, path: string, body?: unknown): Promise<Job> {
  const answer = await call<Job | { job: Job }>(method, path, body === undefined ? {} : { body });
  return "job" in answer ? answer.job : answer;
}

export const getJob = (jobId: string) => job("GET", `/api/jobs/${id(jobId)}`);
export const cancelJob = (jobId: string) => job("POST", `/api/jobs/${id(jobId)}/cancel`, {});
export const retryJob = (jobId: string) => job("POST", `/api/jobs/${id(jobId)}/retry`, {});
/** Deletes a job that has ended; an export goes with its files. */
export const deleteJob = (jobId: string) => call<void>("DELETE", `/api/jobs/${id(jobId)}`);

export const getClip = (clipId: string) => call<Clip>("GET", `/api/clips/${id(clipId)}`);

/** Marks a clip by hand, in seconds of the recording; it comes back kept. */
export const createClip = (
  projectId: string,
  clip: { vod_id: string; start: number; end: number; title: string },
) => call<Clip>("POST", `/api/projects/${id(projectId)}/clips`, { body: clip });

export const deleteClip = (clipId: string) => call<void>("DELETE", `/api/clips/${id(clipId)}`);

/** Names the speakers of a recording, by the labels that diarization gave them. */
export const nameSpeakers = (vod: Vod, speakers: Record<string, string>) =>
  call<Vod>("PATCH", `/api/projects/${id(vod.project_id)}/vods/${id(vod.id)}`, {
    body: { speakers },
  });

export interface ChatChanged {
  vod: Vod;
  /** The analysis that takes the change in; null where there is none. */
  job: Job | null;
}

const chatPath = (vod: Vod) => `/api/projects/${id(vod.project_id)}/vods/${id(vod.id)}/chat`;

/** Gives a recording another chat, which was uploaded. Throws `bad_chat` for what is none of its. */
export const putChat = (vod: Vod, uploadId: string) =>
  call<ChatChanged>("PUT", chatPath(vod), { body: { upload_id: uploadId } });

/** Takes a recording's chat away. */
export const deleteChat = (vod: Vod) => call<ChatChanged>("DELETE", chatPath(vod));

/** Saves an edit made on revision `rev`. Throws a `Failure` of status 409 when that is stale. */
export async function patchClip(clipId: string, rev: number, edit: ClipEdit): Promise<Clip> {
  const answer = await call<Clip | { clip: Clip }>("PATCH", `/api/clips/${id(clipId)}`, {
    body: edit,
    headers: { "If-Match": String(rev) },
  });
  return "clip" in answer ? answer.clip : answer;
}

/** Queues an export of each of a project's clips, in every one of the formats: all, or none. */
export const exportClips = async (projectId: string, clipIds: string[], presets: Preset[]) =>
  (
    await call<{ jobs: Job[] }>("POST", `/api/projects/${id(projectId)}/exports`, {
      body: { clip_ids: clipIds, presets },
    })
  ).jobs;

/**
 * Where an export's file is, of its first format unless another is named; `kind` is also its
 * extension.
 */
export const exportUrl = (jobId: string, kind: ExportKind, preset?: Preset) =>
  `/api/exports/${id(jobId)}/file?kind=${kind}${preset === undefined ? "" : `&preset=${id(preset)}`}`;

/** Starts the analysis of a recording, with a spoken language (`de`) other than the settings'. */
export const startAnalysis = (projectId: string, vodId: string, language?: string) =>
  job("POST", "/api/jobs", {
    type: "analyze",
    project_id: projectId,
    payload: { vod_id: vodId, ...(language === undefined ? {} : { language }) },
  });

/** Where the preview of a recording is. The server answers range requests on it. */
export const proxyUrl = (vodId: string) => `/media/${id(vodId)}/proxy.mp4`;

/** Where the playlist of a preview is that is still being built: not found before its first part. */
export const growingUrl = (vodId: string) => `/media/${id(vodId)}/preview.m3u8`;

/**
 * The captions of a clip as an export with a preset would burn them, with the changes in `edit`
 * made. Nothing is stored.
 */
export const layCaptions = (clipId: string, preset: string, edit: ClipEdit) =>
  call<CaptionLayout>("POST", `/api/clips/${id(clipId)}/captions?preset=${id(preset)}`, {
    body: edit,
  });

export const listCaptionStyles = async () =>
  (await call<{ styles: StyleSample[] }>("GET", "/api/captions/styles")).styles;
