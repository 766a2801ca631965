/** Rules: every case starts from a written-out state, and the reducer must not change it. */
import { describe, expect, it } from "vitest";
import { emptyServer, type ServerState } from "../store/server";
import { aJob, aProject, aStep } from "../testing/samples";
import type { LiveEvent } from "./events";
import { reduce } from "./reduce";

const job = aJob({ steps: [aStep({ status: "processing" })] });
const running: ServerState = {
  ...emptyServer,
  seq: 10,
  projects: { p1: aProject() },
  jobs: { j1: job },
};

const progress = (
  fields: Partial<Extract<LiveEvent, { type: "JOB_PROGRESS" }>> = {},
): LiveEvent => ({
  type: "JOB_PROGRESS",
  seq: 10,
  id: "j1",
  progress: 40,
  step: "proxy",
  speed: 3.5,
  step_progress: 55,
  eta: 120,
  total_eta: 300,
  ...fields,
});

describe("greetings", () => {
  it("loads everything at the first one", () => {
    const { server, effects } = reduce(emptyServer, { type: "HELLO", seq: 7 });
    expect(server.seq).toBe(7);
    expect(effects).toEqual([{ kind: "all" }]);
  });

  it("keeps its place at a later one, so that the replay behind it is taken in", () => {
    const greeted = reduce(running, { type: "HELLO", seq: 12 });
    expect(greeted).toEqual({ server: running, effects: [] });
    const replayed = reduce(greeted.server, { type: "JOB_CANCELLED", seq: 11, id: "j1" });
    expect(replayed.server.jobs["j1"]?.status).toBe("cancelled");
  });

  it("starts over when the server counts from lower: it is not the same one", () => {
    const { server, effects } = reduce(running, { type: "HELLO", seq: 3 });
    expect(server.seq).toBe(3);
    expect(effects).toEqual([{ kind: "all" }]);
  });

  it("loads everything when told that events were lost", () => {
    const { server, effects } = reduce(running, { type: "RESYNC", seq: 99 });
    expect(server.seq).toBe(99);
    expect(effects).toEqual([{ kind: "all" }]);
  });
});

describe("order", () => {
  it("ignores an event that was taken in before", () => {
    const late: LiveEvent = { type: "JOB_CANCELLED", seq: 10, id: "j1" };
    expect(reduce(running, late)).toEqual({ server: running, effects: [] });
  });

  it("remembers the last event", () => {
    expect(reduce(running, { type: "PROJECT_CHANGED", seq: 15, id: "p1" }).server.seq).toBe(15);
  });

  it("does not let progress move the place, which would skip a state event behind it", () => {
    expect(reduce(running, progress({ seq: 30 })).server.seq).toBe(10);
  });

  it("keeps the later of two versions of a job", () => {
    const old = aJob({ status: "pending", updated_at: 50 });
    const { server } = reduce(running, { type: "JOB_CHANGED", seq: 11, job: old });
    expect(server.jobs["j1"]).toBe(job);
  });
});

describe("progress", () => {
  it("moves the job, its step and its pace", () => {
    const { server, effects } = reduce(running, progress());
    expect(server.jobs["j1"]).toMatchObject({ progress: 40, step: "proxy" });
    expect(server.jobs["j1"]?.steps[0]).toMatchObject({ progress: 55, speed: 3.5 });
    expect(server.pace["j1"]).toEqual({ step: "proxy", speed: 3.5, eta: 120, total: 300 });
    expect(effects).toEqual([]);
    expect(running.jobs["j1"]).toBe(job);
    expect(job.steps[0]?.progress).toBe(0);
  });

  it("does not wake a job that has ended", () => {
    const ended = { ...running, jobs: { j1: aJob({ status: "completed", progress: 100 }) } };
    expect(reduce(ended, progress())).toEqual({ server: ended, effects: [] });
  });

  it("asks for a job that it has not heard of", () => {
    expect(reduce(running, progress({ id: "j9" })).effects).toEqual([{ kind: "job", id: "j9" }]);
  });
});

describe("jobs", () => {
  it("takes in a new one, and asks for its project when that is new too", () => {
    const other = aJob({ id: "j2", project_id: "p2" });
    const { server, effects } = reduce(running, { type: "JOB_CREATED", seq: 11, job: other });
    expect(server.jobs["j2"]).toEqual(other);
    expect(effects).toEqual([{ kind: "project", id: "p2" }]);
  });

  it("ends with its result, its error, or neither, and has no pace then", () => {
    const paced = reduce(running, progress()).server;
    const result = { name: "x" };
    const done = reduce(paced, { type: "JOB_COMPLETED", seq: 11, id: "j1", result }).server;
    expect(done.jobs["j1"]).toMatchObject({ status: "completed", progress: 100, result });
    expect(done.pace).toEqual({});
    const error = { code: "no_video", message: "No video.", hint: "", permanent: true };
    const failed = reduce(paced, { type: "JOB_FAILED", seq: 11, id: "j1", error }).server;
    expect(failed.jobs["j1"]).toMatchObject({ status: "failed", error });
    const gone = reduce(paced, { type: "JOB_CANCELLED", seq: 11, id: "j1" }).server;
    expect(gone.jobs["j1"]?.status).toBe("cancelled");
  });

  it("brings the moments when an analysis is complete", () => {
    const analysis = aJob({ id: "j1", type: "analyze", status: "completed", updated_at: 200 });
    const { effects } = reduce(running, { type: "JOB_CHANGED", seq: 11, job: analysis });
    expect(effects).toEqual([{ kind: "clips", id: "p1" }]);
  });
});

describe("a deleted job", () => {
  it("is forgotten, and so is its pace", () => {
    const paced = reduce(running, progress()).server;
    const { server, effects } = reduce(paced, { type: "JOB_DELETED", seq: 11, id: "j1" });
    expect(server.jobs).toEqual({});
    expect(server.pace).toEqual({});
    expect(server.projects).toEqual(running.projects);
    expect(effects).toEqual([]);
  });

  it("that this page never knew changes nothing", () => {
    const { server } = reduce(running, { type: "JOB_DELETED", seq: 11, id: "j2" });
    expect(server.jobs).toEqual(running.jobs);
  });
});

describe("steps", () => {
  it("replaces the row of the same name and adds one of another", () => {
    const step = aStep({ status: "skipped", reason: "no sound" });
    const same = reduce(running, { type: "STEP_CHANGED", seq: 11, job_id: "j1", step });
    expect(same.server.jobs["j1"]?.steps).toEqual([step]);
    expect(same.effects).toEqual([]);
    const other = aStep({ name: "audio" });
    const more = reduce(running, { type: "STEP_CHANGED", seq: 11, job_id: "j1", step: other });
    expect(more.server.jobs["j1"]?.steps.map((one) => one.name)).toEqual(["proxy", "audio"]);
  });

  it("asks for the project after any finished one, and for the moments after scoring", () => {
    const step = aStep({ name: "scoring", status: "completed" });
    const { effects } = reduce(running, { type: "STEP_CHANGED", seq: 11, job_id: "j1", step });
    expect(effects).toEqual([
      { kind: "project", id: "p1" },
      { kind: "clips", id: "p1" },
    ]);
  });
});

describe("projects and clips", () => {
  it("asks for what changed", () => {
    const clip: LiveEvent = { type: "CLIP_CHANGED", seq: 11, id: "c1", rev: 2, project_id: "p1" };
    expect(reduce(running, clip).effects).toEqual([
      { kind: "clip", id: "c1", rev: 2, projectId: "p1" },
    ]);
    const project: LiveEvent = { type: "PROJECT_CHANGED", seq: 11, id: "p1" };
    expect(reduce(running, project).effects).toEqual([{ kind: "project", id: "p1" }]);
  });

  it("forgets a deleted project with its jobs", () => {
    const { server, effects } = reduce(running, { type: "PROJECT_DELETED", seq: 11, id: "p1" });
    expect(server.projects).toEqual({});
    expect(server.jobs).toEqual({});
    expect(effects).toEqual([{ kind: "forget", id: "p1" }]);
  });
});
