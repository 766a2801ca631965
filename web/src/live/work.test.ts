/** Rules: jobs are plain values; properties hold for any mix of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aJob, aStep } from "../testing/samples";
import {
  failedForAnother,
  goesOnAt,
  progressWords,
  queueWords,
  retryWords,
  sortWork,
  totalWords,
  waitsFor,
} from "./work";

const jobs = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.constantFrom("ingest" as const, "analyze" as const, "export" as const),
    status: fc.constantFrom(
      "pending" as const,
      "processing" as const,
      "completed" as const,
      "failed" as const,
      "cancelled" as const,
    ),
    created_at: fc.integer({ min: 0, max: 50 }),
    updated_at: fc.integer({ min: 50, max: 100 }),
  }),
);

describe("sortWork", () => {
  it("puts the job that says why before those that failed because of it", () => {
    const error = (code: string) => ({ code, message: "", hint: "", permanent: true });
    const { stopped } = sortWork([
      aJob({ id: "an", status: "failed", updated_at: 300, error: error("upstream_failed") }),
      aJob({ id: "in", status: "failed", updated_at: 200, error: error("no_video") }),
      aJob({ id: "old", status: "cancelled", updated_at: 100 }),
    ]);
    expect(stopped.map((job) => job.id)).toEqual(["in", "old", "an"]);
  });

  it("shows every job exactly once", () => {
    fc.assert(
      fc.property(jobs, (fields) => {
        const given = fields.map((one) => aJob(one));
        const { running, waiting, stopped, finished } = sortWork(given);
        const shown = [...running, ...waiting, ...stopped, ...finished];
        expect(new Set(shown)).toEqual(new Set(given));
        expect(shown).toHaveLength(given.length);
      }),
    );
  });

  it("has the queue in the order of its making, and what ended latest on top", () => {
    fc.assert(
      fc.property(jobs, (fields) => {
        const { waiting, finished } = sortWork(fields.map((one) => aJob(one)));
        for (const [place, job] of waiting.slice(1).entries()) {
          expect(job.created_at).toBeGreaterThanOrEqual(waiting[place]?.created_at ?? 0);
        }
        for (const [place, job] of finished.slice(1).entries()) {
          expect(job.updated_at).toBeLessThanOrEqual(finished[place]?.updated_at ?? 0);
        }
      }),
    );
  });

  it("puts reading before analysing when both were made in one moment", () => {
    const both = [aJob({ id: "an", type: "analyze", status: "pending" }), aJob({ id: "in" })];
    const { waiting } = sortWork(both.map((job) => ({ ...job, status: "pending" as const })));
    expect(waiting.map((job) => job.id)).toEqual(["in", "an"]);
  });
});

it("knows what a job waits for, and that a working one waits for nothing", () => {
  const ingest = aJob({ id: "in" });
  const analyze = aJob({ id: "an", type: "analyze", steps: [aStep({ name: "scoring" })] });
  const working = { ...analyze, steps: [aStep({ name: "scoring", status: "processing" })] };
  expect(waitsFor(analyze, [ingest, analyze])?.id).toBe("in");
  expect(waitsFor(working, [ingest, working])).toBeUndefined();
  expect(waitsFor(analyze, [{ ...ingest, vod_id: "v2" }])).toBeUndefined();
  expect(waitsFor(ingest, [ingest, analyze])).toBeUndefined();
});

it("goes on at the first step without a result", () => {
  const steps = [
    aStep({ name: "probe", status: "completed" }),
    aStep({ name: "audio", status: "skipped" }),
    aStep({ name: "proxy", status: "failed" }),
  ];
  expect(goesOnAt(aJob({ steps }))).toBe("proxy");
  expect(goesOnAt(aJob({ steps: steps.slice(0, 2) }))).toBeNull();
});

it("says what a button does that puts a stopped job back", () => {
  const error = (code: string) => ({ code, message: "", hint: "", permanent: true });
  const stopped = (code: string) => aJob({ status: "failed", error: error(code) });
  expect(retryWords(stopped("artifact_damaged"))).toBe("Make it again");
  expect(retryWords(stopped("disk_full"))).toBe("Try again");
  expect(retryWords(aJob({ status: "cancelled" }))).toBe("Go on");
});

it("puts the time left of a whole job in words from a minute on", () => {
  expect(totalWords(725)).toBe("about 12 min left in all");
  expect([null, 0, 59, Number.NaN].map(totalWords)).toEqual([null, null, null, null]);
});

it("tells a failure of its own from one that came from another job", () => {
  const error = (code: string) => ({ code, message: "", hint: "", permanent: true });
  expect(failedForAnother(aJob({ status: "failed", error: error("upstream_failed") }))).toBe(true);
  expect(failedForAnother(aJob({ status: "failed", error: error("no_video") }))).toBe(false);
  expect(failedForAnother(aJob({ status: "pending", error: error("upstream_failed") }))).toBe(
    false,
  );
});

it("says what is known of the progress, and no more", () => {
  expect(progressWords(aJob({ progress: 37.9 }), undefined)).toBe("37 %");
  const pace = { step: "proxy", speed: 2.13, eta: 200, total: null };
  expect(progressWords(aJob({ progress: 37.9 }), pace)).toBe(
    "37 % · ×2.1 real time · about 3 min left",
  );
  const several = aJob({ progress: 37.9, steps: [aStep({ name: "audio" }), aStep()] });
  expect(progressWords(several, pace)).toBe("37 % · Preview: ×2.1 real time, about 3 min left");
  expect(progressWords(several, pace, "about 12 min left in all")).toBe(
    "37 % · about 12 min left in all · Preview: ×2.1 real time, about 3 min left",
  );
  const over = { ...pace, step: "audio" };
  const ended = aJob({
    progress: 4,
    steps: [aStep({ name: "audio", status: "completed" }), aStep()],
  });
  expect(progressWords(ended, over)).toBe("4 %");
});

it.each([
  [1, "Next in the queue"],
  [2, "2nd in the queue"],
  [3, "3rd in the queue"],
  [11, "11th in the queue"],
  [21, "21st in the queue"],
])("place %d is %s", (place, words) => expect(queueWords(place)).toBe(words));
