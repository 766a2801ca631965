/** Rules: key presses and job rows are plain values; what is asked is what a person would see. */

import { describe, expect, it } from "vitest";
import type { Job } from "../api/types";
import { summarize } from "../library/summary";
import { press } from "../testing/press";
import { aJob, aStep } from "../testing/samples";
import { commandFor, SHORTCUTS } from "./shortcuts";
import {
  failedAgain,
  jobsOf,
  momentsFound,
  pipelineOf,
  readable,
  rootOf,
  stepNames,
  stoppedJobs,
} from "./steps";

describe("commandFor", () => {
  it("gives every key one meaning", () => {
    const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { command, keys: own } of SHORTCUTS) {
      for (const key of own) {
        const shiftKey = key.startsWith("shift+");
        expect(commandFor(press(key.replace("shift+", ""), { shiftKey }))).toBe(command);
      }
    }
  });

  it("does not care about caps lock", () => {
    expect(commandFor(press("E"))).toBe("export");
    expect(commandFor(press("ArrowDown"))).toBe("next");
  });

  it("leaves typing, the browser and focused buttons alone", () => {
    expect(commandFor(press("e", { focus: "text" }))).toBeNull();
    expect(commandFor(press("l", { ctrlKey: true }))).toBeNull();
    expect(commandFor(press("l", { metaKey: true }))).toBeNull();
    expect(commandFor(press("ArrowLeft", { altKey: true }))).toBeNull();
    expect(commandFor(press(" ", { focus: "control" }))).toBeNull();
    expect(commandFor(press("ArrowDown", { focus: "control" }))).toBe("next");
    expect(commandFor(press("Enter", { focus: "control" }))).toBeNull();
    expect(commandFor(press("q"))).toBeNull();
  });

  it("takes Shift as part of a named key only, since signs may need it", () => {
    expect(commandFor(press("ArrowLeft", { shiftKey: true }))).toBe("second-back");
    expect(commandFor(press("+", { shiftKey: true }))).toBe("zoom-in");
    expect(commandFor(press("ArrowUp", { shiftKey: true }))).toBeNull();
  });
});

describe("pipelineOf", () => {
  const ingest = aJob({ id: "in", steps: [aStep({ name: "probe" }), aStep({ name: "proxy" })] });
  const analyze = aJob({ id: "an", type: "analyze", steps: [aStep({ name: "scoring" })] });

  it("puts ingest before analysis though both were made in one moment", () => {
    const rows = pipelineOf([analyze, ingest], "v1");
    expect(rows.map((row) => row.step.name)).toEqual(["probe", "proxy", "scoring"]);
    expect(jobsOf(rows).map((job) => job.id)).toEqual(["in", "an"]);
  });

  it("shows a step of the newer job where two have it", () => {
    const again = aJob({
      id: "again",
      type: "analyze",
      created_at: 200,
      steps: [aStep({ name: "scoring", status: "completed" })],
    });
    const rows = pipelineOf([again, analyze], "v1");
    expect(rows.map((row) => [row.job.id, row.step.status])).toEqual([["again", "completed"]]);
  });

  it("keeps what an earlier job did where another try at it stopped", () => {
    const done = { type: "analyze", steps: [aStep({ name: "scoring", status: "completed" })] };
    const first = aJob({ ...done, id: "first", status: "completed" } as Partial<Job>);
    const error = { code: "bad_chat", message: "Not its chat.", hint: "", permanent: true };
    const again = aJob({ ...analyze, id: "again", status: "failed", error, created_at: 200 });
    const jobs = [again, first];
    expect(jobsOf(pipelineOf(jobs, "v1")).map((job) => job.id)).toEqual(["first"]);
    expect(failedAgain(jobs, "v1").map((job) => job.id)).toEqual(["again"]);
    expect(summarize(jobs)).toMatchObject({
      tone: "done",
      words: "Moments are ready; another try failed",
    });
    // What was never done, what is tried once more, and what was cancelled say otherwise.
    expect(failedAgain([again], "v1")).toEqual([]);
    expect(jobsOf(pipelineOf([again], "v1")).map((job) => job.id)).toEqual(["again"]);
    const live = aJob({ ...analyze, id: "live", created_at: 300 });
    expect(failedAgain([...jobs, live], "v1")).toEqual([]);
    expect(summarize([...jobs, live]).tone).toBe("busy");
    const cancelled = { ...again, status: "cancelled" as const };
    expect(failedAgain([cancelled, first], "v1")).toEqual([]);
    expect(summarize([cancelled, first]).words).toBe("Moments are ready");
    expect(failedAgain(jobs, "v2")).toEqual([]);
  });

  it("leaves exports and other recordings out", () => {
    const render = aJob({ type: "export", steps: [aStep({ name: "render" })] });
    expect(pipelineOf([render, aJob({ vod_id: "v2", steps: [aStep()] })], "v1")).toEqual([]);
  });
});

it("names unknown steps readably", () => {
  expect(stepNames("proxy").short).toBe("Preview");
  expect(stepNames("lip_sync")).toEqual({ short: "Lip sync", long: "Lip sync" });
  expect(readable("")).toBe("");
});

it("tells an analysis that found nothing from one that is not there yet", () => {
  expect(momentsFound(aJob({ type: "analyze" }))).toBeNull();
  expect(momentsFound(aJob({ type: "analyze", result: { diarization: {} } }))).toBeNull();
  expect(momentsFound(aJob({ type: "analyze", result: { scoring: { clips: 0 } } }))).toBe(0);
  expect(momentsFound(aJob({ type: "analyze", result: { scoring: { clips: 4 } } }))).toBe(4);
});

describe("summarize", () => {
  const analyze = aJob({ id: "an", type: "analyze", status: "pending" });

  it("averages the work that prepares a project", () => {
    const summary = summarize([aJob({ progress: 50 }), analyze]);
    expect(summary).toEqual({ tone: "busy", words: "Building the preview", progress: 25 });
  });

  it("puts a failure first, in its own words", () => {
    const error = { code: "no_video", message: "No video in it.", hint: "", permanent: true };
    const summary = summarize([aJob({ status: "failed", error }), analyze]);
    expect(summary).toEqual({ tone: "bad", words: "No video in it.", progress: null });
  });

  it("tells why the recording could not be read, not that it was not analysed either", () => {
    const error = (message: string) => ({ code: "c", message, hint: "", permanent: true });
    const jobs = [
      aJob({ id: "an", type: "analyze", status: "failed", error: error("Needs the sound.") }),
      aJob({ id: "in", status: "failed", error: error("No video in it.") }),
    ];
    expect(summarize(jobs).words).toBe("No video in it.");
    expect(rootOf(jobs)?.id).toBe("in");
    expect(stoppedJobs(jobs).map((job) => job.id)).toEqual(["in", "an"]);
  });

  it("does not count exports, nor what a newer job of the same kind replaced", () => {
    const jobs = [
      aJob({ status: "completed" }),
      aJob({ id: "a1", type: "analyze", status: "failed", created_at: 1 }),
      aJob({ id: "a2", type: "analyze", status: "completed", created_at: 2 }),
      aJob({ id: "x", type: "export", status: "failed", created_at: 3 }),
    ];
    expect(summarize(jobs)).toEqual({ tone: "done", words: "Moments are ready", progress: null });
  });

  it("says that something waits, was cancelled, or was only imported", () => {
    expect(summarize([analyze]).words).toBe("Waiting its turn");
    expect(summarize([{ ...analyze, status: "cancelled" }]).words).toBe("Cancelled");
    expect(summarize([aJob({ status: "completed" })]).words).toBe("Imported, not analysed");
  });
});
