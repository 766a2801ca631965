/** Rules: the time left comes from measured steps alone; without one for a step nothing is said. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StepRow } from "../api/types";
import { aJob, aStep, aVod } from "../testing/samples";
import { lengthsOf, paceOf, totalLeft, totalWords } from "./remaining";

const NAMES = ["transcription", "diarization", "scene_detect", "signals", "scoring"];
const LENGTHS = lengthsOf([
  aVod({ id: "old", duration: 400 }),
  aVod({ id: "tiny", duration: 40 }),
  aVod({ id: "v1", duration: 3600 }),
  aVod({ id: "unread", duration: null }),
]);

function measured(seconds: number, fields: Partial<StepRow> = {}, updated_at = 1) {
  const steps = NAMES.map((name) => aStep({ name, status: "completed", seconds, ...fields }));
  return aJob({ id: `m${updated_at}`, vod_id: "old", type: "analyze", updated_at, steps });
}

function analysis(...states: Partial<StepRow>[]) {
  const steps = NAMES.map((name, place) => aStep({ name, ...states[place] }));
  return aJob({ type: "analyze", steps });
}

const RUNNING = { status: "processing" as const };

describe("paceOf", () => {
  it("is the median of the latest times that a step was really done", () => {
    const jobs = [5, 1, 9, 90].map((seconds, place) => measured(seconds, {}, 10 - place));
    expect(paceOf("signals", jobs, LENGTHS)).toBe(5 / 400);
    expect(paceOf("signals", [measured(5, { reused: true })], LENGTHS)).toBeNull();
    expect(paceOf("proxy", jobs, LENGTHS)).toBeNull();
  });
});

describe("totalLeft", () => {
  const history = [measured(10)];

  it("adds what follows to what runs, and takes what runs beside as done meanwhile", () => {
    const job = analysis({ ...RUNNING, progress: 50 }, {}, { ...RUNNING, progress: 10 });
    const pace = { step: "transcription", speed: 2, eta: 600 };
    expect(totalLeft(job, pace, history, LENGTHS)).toBeCloseTo(600 + 3 * 90);
    expect(totalLeft(job, undefined, history, LENGTHS)).toBeCloseTo(45 + 3 * 90);
  });

  it("says nothing where it knows nothing, and where a step's own time says it all", () => {
    const pace = { step: "transcription", speed: 2, eta: 600 };
    const job = analysis(RUNNING);
    expect(totalLeft(job, pace, [], LENGTHS)).toBeNull();
    const tiny = { ...measured(10), vod_id: "tiny" };
    expect(totalLeft(job, pace, [tiny], LENGTHS)).toBeNull();
    expect(totalLeft(analysis(), pace, history, LENGTHS)).toBeNull();
    expect(totalLeft({ ...job, vod_id: "unread" }, pace, history, LENGTHS)).toBeNull();
    const done = { status: "completed" as const };
    expect(totalLeft(analysis(done, done, done, done, RUNNING), pace, history, LENGTHS)).toBeNull();
    expect(totalLeft(analysis(RUNNING, { status: "failed" }), pace, history, LENGTHS)).toBeNull();
  });

  it("is put in words from a minute on", () => {
    expect(totalWords(725)).toBe("about 12 min left in all");
    expect([null, 0, 59, Number.NaN].map(totalWords)).toEqual([null, null, null, null]);
  });

  it("is never negative, finite, and falls as any step goes on", () => {
    const progress = fc.double({ min: -10, max: 110, noNaN: true });
    const seconds = fc.double({ min: 0, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(seconds, progress, progress, progress, (took, first, beside, more) => {
        const known = [measured(took)];
        const at = (mine: number) =>
          totalLeft(
            analysis({ ...RUNNING, progress: mine }, {}, { ...RUNNING, progress: beside }),
            undefined,
            known,
            LENGTHS,
          ) ?? Number.NaN;
        const [before, after] = [at(Math.min(first, more)), at(Math.max(first, more))];
        expect(Number.isFinite(before)).toBe(true);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });

  it("falls with the running step's own time left", () => {
    const eta = fc.double({ min: -5, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(eta, eta, (a, b) => {
        const at = (left: number) =>
          totalLeft(
            analysis(RUNNING),
            { step: "transcription", speed: null, eta: left },
            history,
            LENGTHS,
          ) ?? Number.NaN;
        expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
        expect(at(a)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
