/** Rules: the clock is an argument, so that a rate is a matter of numbers alone. */
import { describe, expect, it } from "vitest";
import { rateOf, type Sample, sampled } from "./rate";
import { uploadIdOf, worthRetrying } from "./uploading";

const timeline = (...all: [number, number][]) =>
  all.reduce<Sample[]>((samples, [at, sent]) => sampled(samples, { at, sent }), []);

describe("the rate of an upload", () => {
  it("is unknown before there is a second to judge by", () => {
    expect(rateOf([])).toBeNull();
    expect(rateOf(timeline([0, 0], [900, 5000]))).toBeNull();
  });

  it("is the bytes of the window over its time", () => {
    expect(rateOf(timeline([0, 0], [1000, 500], [2000, 4000]))).toBe(2000);
  });

  it("forgets how fast it once was", () => {
    expect(
      rateOf(timeline([0, 0], [1000, 1_000_000], [20_000, 1_000_000], [22_000, 1_002_000])),
    ).toBe(1000);
  });

  it("starts over when a resumed upload goes back", () => {
    expect(rateOf(timeline([0, 0], [1000, 9000], [2000, 100], [4000, 300]))).toBe(100);
  });
});

it("tries again what may pass, and not what was refused", () => {
  expect([0, 500, 503, 409, 423].map(worthRetrying)).toEqual([true, true, true, true, true]);
  expect([401, 404, 413, 422].map(worthRetrying)).toEqual([false, false, false, false]);
});

it("finds an upload's id in its address, whole or relative", () => {
  expect(uploadIdOf("http://127.0.0.1:8484/api/uploads/abc")).toBe("abc");
  expect(uploadIdOf("/api/uploads/abc/")).toBe("abc");
  expect(uploadIdOf("/api/uploads/abc?x=1")).toBe("abc");
});
