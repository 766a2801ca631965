import type { Clip, Job, Project, StepRow, Vod } from "../api/types";

/** Whole values for tests, of which a test names only what it is about. */

export function aStep(fields: Partial<StepRow> = {}): StepRow {
  return {
    name: "proxy",
    status: "pending",
    attempt: 0,
    progress: 0,
    speed: null,
    seconds: null,
    reused: false,
    reason: null,
    error: null,
    artifacts: {},
    ...fields,
  };
}

export function aJob(fields: Partial<Job> = {}): Job {
  return {
    id: "j1",
    project_id: "p1",
    vod_id: "v1",
    type: "ingest",
    status: "processing",
    step: "proxy",
    progress: 0,
    payload: {},
    result: null,
    error: null,
    worker_id: null,
    lease_until: null,
    attempt: 1,
    created_at: 100,
    updated_at: 100,
    steps: [],
    ...fields,
  };
}

export function aVod(fields: Partial<Vod> = {}): Vod {
  return {
    id: "v1",
    project_id: "p1",
    name: "friday.mkv",
    path: "/recordings/friday.mkv",
    size: 1000,
    fingerprint: "f",
    has_chat: false,
    chat_error: null,
    duration: 3600,
    width: 1920,
    height: 1080,
    fps: 60,
    has_audio: true,
    speakers: {},
    artifacts: {},
    created_at: 100,
    ...fields,
  };
}

export function aProject(fields: Partial<Project> = {}): Project {
  return { id: "p1", title: "Friday", created_at: 100, vods: [aVod()], ...fields };
}

export function aClip(fields: Partial<Clip> = {}): Clip {
  return {
    id: "c1",
    project_id: "p1",
    vod_id: "v1",
    rev: 1,
    start: 60,
    end: 90,
    title: "The jump",
    score: 80,
    reasons: ["loud"],
    parts: { loudness: 0.7, chat: 0.3 },
    zones: [],
    layout: "single",
    pip: null,
    keyframes: [],
    captions: {
      enabled: true,
      style: "bold",
      middle: null,
      scale: 1,
      colours: {},
      words: [],
    },
    cuts: [],
    state: "suggested",
    created_at: 100,
    updated_at: 100,
    ...fields,
  };
}
