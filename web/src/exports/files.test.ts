/** Rules: what an export made is read from its job row alone. */
import { expect, it } from "vitest";
import { aJob, aStep } from "../testing/samples";
import { clipOf, factsOf, factWords, filesOf, nameOf, presetsOf } from "./files";

const artifacts = {
  "clip.mp4": "k",
  "clip.srt": "k",
  "clip.otio": "k",
  "clip-1x1.mp4": "k",
  "clip-9x16-60.mp4": "k",
};
const done = aJob({
  type: "export",
  status: "completed",
  payload: {
    presets: ["9:16", "1:1", "9:16-60"],
    name: "Friday - 9x16",
    names: { "9:16": "Friday - 9x16", "1:1": "Friday - 1x1" },
  },
  result: { render: { duration: 31.5, loudness: -14.1, captions: true } },
  steps: [aStep({ name: "render", status: "completed", artifacts })],
});

it("lists each format's files, and the cut list once", () => {
  expect(filesOf(done).map((file) => [file.preset, file.kind, file.name])).toEqual([
    ["9:16", "mp4", "Friday - 9x16.mp4"],
    ["9:16", "srt", "Friday - 9x16.srt"],
    ["9:16", "otio", "Friday - 9x16.otio"],
    ["1:1", "mp4", "Friday - 1x1.mp4"],
    ["9:16-60", "mp4", "Friday - 9x16.mp4"],
  ]);
  expect(filesOf(done)[3]?.url).toBe("/api/exports/j1/file?kind=mp4&preset=1%3A1");
});

it("says what it is like, and nothing of what is not known", () => {
  const facts = { duration: 31.5, loudness: -14.1, captions: true, missing: "" };
  expect(factWords(facts)).toEqual(["32 s", "−14.1 LUFS", "captions burned in"]);
  expect(factWords({ ...facts, loudness: null, captions: false, missing: "ꙮ" })).toEqual([
    "32 s",
    "no captions",
    "no caption font has “ꙮ”: boxes are shown",
  ]);
});

it("has no files and no facts before the end", () => {
  expect(filesOf({ ...done, status: "processing" })).toEqual([]);
  expect(factsOf({ ...done, status: "failed" })).toBeNull();
  expect(factsOf(done)).toEqual({ duration: 31.5, loudness: -14.1, captions: true, missing: "" });
});

it("reads an export of an older FORGE, which has one format and no list", () => {
  const old = { ...done, payload: { preset: "9:16", name: "Old" } };
  expect(presetsOf(old)).toEqual(["9:16"]);
  expect(nameOf(old, "9:16")).toBe("Old");
  expect(filesOf(old).map((file) => file.name)).toEqual(["Old.mp4", "Old.srt", "Old.otio"]);
});

it("offers no subtitles and no loudness where nobody speaks", () => {
  const silent = {
    ...done,
    payload: { preset: "9:16", name: "Silent" },
    result: { render: { duration: 9, loudness: null, captions: false } },
    steps: [aStep({ name: "render", status: "completed", artifacts: { "clip.mp4": "k" } })],
  };
  expect(filesOf(silent).map((file) => file.kind)).toEqual(["mp4"]);
  expect(factsOf(silent)).toEqual({ duration: 9, loudness: null, captions: false, missing: "" });
});

it("is called after its clip, or else after its file", () => {
  const params = { render: { clip: { title: "No way!", start: 12.5 } } };
  const payload = { name: "Friday - No way - 9x16", params };
  expect(clipOf(aJob({ type: "export", payload }))).toEqual({ title: "No way!", start: 12.5 });
  expect(clipOf(done)).toEqual({ title: "Friday - 9x16", start: null });
});
