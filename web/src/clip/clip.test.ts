/** Rules: clips and jobs are plain values, of which a test names only what it is about. */
import { describe, expect, it } from "vitest";
import { aClip, aJob } from "../testing/samples";
import { exportsOf } from "./exports";
import { neighbour, partsOf } from "./order";

describe("neighbour", () => {
  const clips = [aClip({ id: "a" }), aClip({ id: "b" }), aClip({ id: "c" })];

  it("walks the list and stays at its ends", () => {
    expect(neighbour(clips, "a", 1)?.id).toBe("b");
    expect(neighbour(clips, "a", -1)?.id).toBe("a");
    expect(neighbour(clips, "c", 1)?.id).toBe("c");
  });

  it("starts at the first when the chosen one is gone, and has none in an empty list", () => {
    expect(neighbour(clips, "gone", 1)?.id).toBe("a");
    expect(neighbour([], null, 1)).toBeUndefined();
  });
});

it("lists what made a score, strongest first, without what gave nothing", () => {
  const clip = aClip({ parts: { chat: 0.3, silence: 0, loudness: 0.7 } });
  expect(partsOf(clip)).toEqual([
    { signal: "loudness", share: 0.7 },
    { signal: "chat", share: 0.3 },
  ]);
});

it("lists the exports of one clip, the newest first", () => {
  const jobs = [
    aJob({ id: "old", type: "export", payload: { clip_id: "c1" }, created_at: 1 }),
    aJob({ id: "new", type: "export", payload: { clip_id: "c1" }, created_at: 2 }),
    aJob({ id: "other", type: "export", payload: { clip_id: "c2" }, created_at: 3 }),
    aJob({ id: "ingest", payload: { clip_id: "c1" }, created_at: 4 }),
  ];
  expect(exportsOf(jobs, "c1").map((job) => job.id)).toEqual(["new", "old"]);
});
