/** Rules: playing is tested as numbers alone; no media element is needed to decide a jump. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Playhead } from "./playhead";
import {
  backwards,
  clamped,
  frameAt,
  frameStep,
  loopTarget,
  shuttleRate,
  timecode,
} from "./transport";

// The same examples in every run: what fails here fails everywhere.
fc.configureGlobal({ seed: 20 });

describe("shuttleRate", () => {
  it("plays, then doubles, and stops doubling at eight", () => {
    const rates = [0, 1, 2, 4, 8].map((rate) => shuttleRate(rate, 1));
    expect(rates).toEqual([1, 2, 4, 8, 8]);
    expect([0, -1, -8].map((rate) => shuttleRate(rate, -1))).toEqual([-1, -2, -8]);
  });

  it("turns round at normal speed", () => {
    expect(shuttleRate(4, -1)).toBe(-1);
    expect(shuttleRate(-8, 1)).toBe(1);
    expect(shuttleRate(0.5, 1)).toBe(2);
  });
});

it("runs backwards to the start and no further, without jumps", () => {
  expect(backwards(10, -2, 0.05)).toBeCloseTo(9.9);
  expect(backwards(10, -2, 60)).toBeCloseTo(9.8);
  expect(backwards(0.01, -8, 0.05)).toBe(0);
});

it("keeps a time inside the recording", () => {
  expect([clamped(-3, 60), clamped(70, 60), clamped(5, 60), clamped(70, 0)]).toEqual([
    0, 60, 5, 70,
  ]);
});

describe("timecode", () => {
  it("counts frames within the second", () => {
    expect(timecode(0, 30)).toBe("0:00 f00");
    expect(timecode(61.5, 30)).toBe("1:01 f15");
    expect(timecode(3600, 60)).toBe("1:00:00 f00");
    expect(timecode(1, 60, 7200)).toBe("0:00:01 f00");
    expect(timecode(0.999_999, 30)).toBe("0:01 f00");
  });

  it("never shows a frame that the rate does not have", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        fc.constantFrom(23.976, 25, 29.97, 30, 59.94, 60),
        (seconds, fps) => {
          const frame = Number(timecode(seconds, fps).split("f").at(-1));
          expect(frame).toBeGreaterThanOrEqual(0);
          expect(frame).toBeLessThan(Math.ceil(fps));
        },
      ),
    );
  });
});

it("steps by exactly one frame, there and back, at every rate", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 800_000 }),
      fc.constantFrom(23.976, 25, 29.97, 30, 50, 59.94, 60),
      (frame, fps) => {
        const time = frame / fps;
        const next = frameStep(time, fps, 1);
        expect(frameAt(next, fps)).toBe(frame + 1);
        expect(frameAt(frameStep(next, fps, -1), fps)).toBe(frame);
      },
    ),
  );
});

describe("loopTarget", () => {
  const stretch = { start: 60, end: 90 };

  it("goes back to the start when playing runs over the end", () => {
    expect(loopTarget(89.9, 90.02, stretch)).toBe(60);
    expect(loopTarget(89.9, 90, stretch)).toBe(60);
  });

  it("lets playing go on inside", () => {
    expect(loopTarget(60, 60.04, stretch)).toBeNull();
    expect(loopTarget(89.9, 89.99, stretch)).toBeNull();
  });

  it("leaves someone alone who looks around outside", () => {
    expect(loopTarget(95, 95.1, stretch)).toBeNull();
    expect(loopTarget(10, 10.1, stretch)).toBeNull();
    expect(loopTarget(59.99, 60.01, stretch)).toBeNull();
  });
});

it("turns the sound off and on again, and never on and silent", () => {
  const clock = new Playhead();
  const loudness = () => [clock.getState().volume, clock.getState().muted];
  clock.setVolume(0.4);
  clock.toggleSound();
  expect(loudness()).toEqual([0.4, true]);
  clock.toggleSound();
  expect(loudness()).toEqual([0.4, false]);
  clock.setVolume(0); // The slider, pulled all the way down.
  expect(loudness()).toEqual([0, true]);
  clock.toggleSound();
  expect(loudness()).toEqual([1, false]);
});
