/**
 * Rules: sessions are random, and run without a server: commits, gestures, undo, redo, saves, pushes
 * and reloads in any order. Whatever the order, the same promises hold.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Clip } from "../api/types";
import { fresh, pushed, redo, reloaded, saved, start, undo } from "../testing/history";
import { aClip } from "../testing/samples";
import { diff, merge } from "./diff";
import type { DocState } from "./doc";
import {
  abandoned,
  begun,
  committed,
  ended,
  nextStep,
  type Recipe,
  turned,
  updated,
} from "./steps";

/** Random work on the fields that undo must bring back, and pushes to a field it must not touch. */
const edit = fc.record({
  clipId: fc.constantFrom("c1", "c2"),
  change: fc.oneof(
    fc.record({ title: fc.constantFrom("a", "b", "c") }),
    fc.record({ start: fc.integer({ min: 0, max: 9 }) }),
    fc.record({
      zones: fc.constantFrom([], [{ kind: "gameplay", rect: { x: 0, y: 0, w: 1, h: 1 } }]),
    }),
    fc.record({
      cuts: fc
        .uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 4 })
        .map((starts) => starts.sort().map((at) => ({ start: at, end: at + 0.5 }))),
    }),
    fc.record({
      captions: fc
        .record({
          style: fc.constantFrom("bold", "impact"),
          scale: fc.constantFrom(1, 1.2),
          words: fc
            .uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 3 })
            .map((all) => all.sort().map((index) => ({ index, at: index, text: "x" }))),
        })
        .map((fields) => ({ ...aClip().captions, ...fields })),
    }),
  ),
});
type Edit = { clipId: string; change: object };
const recipeOf =
  ({ clipId, change }: Edit): Recipe =>
  (clips) => {
    Object.assign(clips[clipId] ?? {}, change);
  };
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("commit" as const), edit }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("gesture" as const),
      edits: fc.array(edit, { maxLength: 3 }),
      abandoned: fc.boolean(),
      push: fc.boolean(),
    }),
  },
  fc.record({
    kind: fc.constantFrom("undo" as const, "redo" as const),
    clipId: fc.constantFrom(undefined, "c1", "c2"),
  }),
  fc.record({ kind: fc.constant("save" as const), clipId: fc.constantFrom("c1", "c2") }),
  fc.record({ kind: fc.constant("push" as const), state: fc.constantFrom("kept", "skipped") }),
  fc.record({ kind: fc.constant("reload" as const) }),
);

type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function done(doc: DocState, one: Act): DocState {
  switch (one.kind) {
    case "commit":
      return committed(doc, fresh(), "Commit", recipeOf(one.edit as Edit));
    case "gesture": {
      let next = begun(doc, "Gesture");
      for (const part of one.edits) {
        next = updated(next, recipeOf(part as Edit));
        if (one.push) next = pushed(next, { state: "kept" });
      }
      return one.abandoned ? abandoned(next) : ended(next, fresh());
    }
    case "undo":
    case "redo":
      return turned(doc, fresh(), one.kind, one.clipId);
    case "save":
      return saved(doc, one.clipId);
    case "push":
      return pushed(doc, { state: one.state as Clip["state"] });
    case "reload":
      return reloaded(doc);
  }
}

const work = (doc: DocState) =>
  Object.fromEntries(
    Object.values(doc.clips).map(({ rev: _rev, state: _state, ...clip }) => [clip.id, clip]),
  );

/** Found at random: a step of two clips, taken back from one while the other had gone on. */
const both = [
  { clipId: "c1", change: { captions: { ...aClip().captions, words: [{ index: 0, at: 0 }] } } },
  { clipId: "c2", change: { title: "a" } },
];
const met = [
  { kind: "gesture" as const, edits: both, abandoned: false, push: false },
  { kind: "commit" as const, edit: { clipId: "c1", change: { captions: aClip().captions } } },
  { kind: "undo" as const, clipId: "c2" },
] as Act[];

it("undoing all of any session leads to its first document, redoing all to its last", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      let doc = acts.reduce(done, start);
      // Pushes change `state` alone, which no edit here does: nothing can clash.
      expect(doc.clash).toBeNull();
      while (nextStep(doc, "redo") !== undefined) doc = redo(doc);
      const last = doc;
      while (nextStep(doc, "undo") !== undefined) doc = undo(doc);
      expect(work(doc)).toEqual(work(start));
      expect(doc.steps.length).toBe(last.steps.length);
      while (nextStep(doc, "redo") !== undefined) doc = redo(doc);
      expect(work(doc)).toEqual(work(last));
    }),
    { numRuns: 300, examples: [[met]] },
  );
});

it("what the server pushes is never in the history, and what it has saved is what is shown", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const doc = acts.reduce(done, start);
      const changes = doc.steps.flatMap((step) => Object.values(step.diffs).flat());
      expect(changes.filter((change) => change.key === "state")).toEqual([]);
      const all = saved(saved(doc, "c1"), "c2");
      expect(all.unsaved).toEqual({});
      for (const clip of Object.values(all.clips)) {
        expect(diff(all.base[clip.id] ?? clip, clip)).toEqual([]);
        expect(merge(clip, []).clip).toBe(clip);
      }
    }),
    { numRuns: 300 },
  );
});
