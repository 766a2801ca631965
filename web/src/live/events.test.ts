/** Rules: messages are text as a server would send it; nothing that arrives may throw. */
import { describe, expect, it } from "vitest";
import { backoff } from "./backoff";
import { parseEvent } from "./events";

describe("parseEvent", () => {
  it("reads the events it knows", () => {
    expect(parseEvent('{"type":"HELLO","seq":3}')).toEqual({ type: "HELLO", seq: 3 });
    const progress = '{"type":"JOB_PROGRESS","seq":3,"id":"j","progress":1,"step":null}';
    expect(parseEvent(progress)).toMatchObject({ id: "j", progress: 1 });
  });

  it.each([
    ["not JSON", "{"],
    ["not an object", "[]"],
    ["null", "null"],
    ["a number", "3"],
    ["no type", '{"seq":1}'],
    ["an unknown type", '{"type":"CONFETTI","seq":1}'],
    ["a type that every object inherits", '{"type":"toString","seq":1}'],
    ["no seq", '{"type":"HELLO"}'],
    ["a job that is null", '{"type":"JOB_CREATED","seq":1,"job":null}'],
    ["progress as text", '{"type":"JOB_PROGRESS","seq":1,"id":"j","progress":"40"}'],
    ["a step without its job", '{"type":"STEP_CHANGED","seq":1,"step":{}}'],
  ])("refuses %s", (_what, message) => {
    expect(parseEvent(message)).toBeNull();
  });
});

describe("backoff", () => {
  it("doubles, and stops doubling", () => {
    expect([0, 1, 2, 3].map((attempt) => backoff(attempt, 0))).toEqual([500, 1000, 2000, 4000]);
    expect(backoff(50, 0)).toBe(15_000);
  });

  it("is shortened by chance, to half at the most", () => {
    expect(backoff(2, 0.5)).toBe(1500);
    expect(backoff(2, 0.999_999)).toBeGreaterThanOrEqual(1000);
  });
});
