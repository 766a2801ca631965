/**
 * Rules: the history is a value, so a whole session runs without a server: its answers, its pushes
 * and its reloads are applied to the value as the effects would.
 */
import { describe, expect, it } from "vitest";
import {
  commit,
  fresh,
  pushed,
  redo,
  reloaded,
  saved,
  start,
  titled,
  titleOf,
  undo,
} from "../testing/history";
import { answered, nextSending, refused } from "./sending";
import { abandoned, begun, committed, ended, nextStep, turned, updated } from "./steps";

describe("undo and redo", () => {
  it("go back and forth, and a new step ends what could be redone", () => {
    const two = commit(commit(start, "a"), "b");
    const back = undo(two);
    expect(titleOf(back)).toBe("a");
    expect(titleOf(undo(back))).toBe("The jump");
    expect(titleOf(redo(redo(undo(back))))).toBe("b");
    const other = commit(back, "c");
    expect(nextStep(other, "redo")).toBeUndefined();
    expect(titleOf(undo(other))).toBe("a");
  });

  it("leave other clips alone when asked for one", () => {
    const both = commit(commit(start, "first"), "second", "c2");
    const back = undo(both, "c1");
    expect([titleOf(back), titleOf(back, "c2")]).toEqual(["The jump", "second"]);
    // A step of one clip does not end what can be redone of another.
    expect(titleOf(redo(commit(back, "third", "c2"), "c1"))).toBe("first");
  });

  it("take back of a step only what nothing else stands on", () => {
    const many = committed(start, fresh(), "Rename both", (clips) => {
      for (const clip of Object.values(clips)) clip.title = "both";
    });
    const titles = (doc: typeof start) => [titleOf(doc), titleOf(doc, "c2")];
    const on = commit(many, "more");
    const back = undo(on, "c2");
    expect(back.clash).toBeNull();
    expect(titles(back)).toEqual(["more", "The jump"]);
    expect(titles(redo(back))).toEqual(["more", "both"]);
    expect(titles(undo(undo(reloaded(back))))).toEqual(["The jump", "The jump"]);
    // The other way round, an earlier step has to be made again first.
    const early = undo(undo(on, "c1"), "c1");
    expect(titles(early)).toEqual(["The jump", "The jump"]);
    expect(titles(redo(early, "c2"))).toEqual(["both", "both"]);
  });

  it("find a step that changed other clips on the page where it was done", () => {
    const here = committed(start, fresh(), "Spread", titled("spread", "c2"), "c1");
    const back = undo(here, "c1");
    expect(titleOf(back, "c2")).toBe("The jump");
    expect(titleOf(redo(back, "c1"), "c2")).toBe("spread");
    expect(nextStep(reloaded(here), "undo", "c1")?.label).toBe("Spread");
  });

  it("keep what changed elsewhere in other fields", () => {
    const mine = pushed(saved(commit(start, "mine")), { state: "kept" });
    expect(undo(mine).clips["c1"]).toMatchObject({ title: "The jump", state: "kept" });
  });

  it("ask where the same was changed elsewhere, and do as told", () => {
    const met = undo(pushed(saved(commit(start, "mine")), { title: "theirs" }));
    expect(titleOf(met)).toBe("theirs");
    expect(met.clash).toMatchObject({ kind: "undo", clipId: "c1" });
    const left = answered(met, "theirs");
    expect([titleOf(left), left.clash, nextStep(left, "undo")]).toEqual([
      "theirs",
      null,
      undefined,
    ]);
    const forced = turned(met, fresh(), "undo", "c1", true);
    expect([titleOf(forced), forced.clash]).toEqual(["The jump", null]);
  });
});

describe("a gesture", () => {
  it("is shown at once and is one step when it ends", () => {
    const moving = updated(updated(begun(start, "Drag"), titled("a")), titled("b"));
    expect(titleOf(moving)).toBe("b");
    expect([moving.steps.length, Object.keys(moving.unsaved).length]).toEqual([0, 0]);
    const done = ended(moving, fresh());
    expect(done.steps.map((step) => step.label)).toEqual(["Drag"]);
    expect(titleOf(undo(done))).toBe("The jump");
  });

  it("leaves no trace when it is abandoned, or leads back to where it began", () => {
    const moving = updated(begun(start, "Drag"), titled("a"));
    expect(abandoned(moving)).toEqual(start);
    expect(ended(updated(moving, titled("The jump")), fresh())).toEqual({ ...start, live: null });
  });

  it("stays on top of what the server pushes meanwhile", () => {
    const moving = pushed(updated(begun(start, "Drag"), titled("a")), { state: "kept" });
    expect(moving.clips["c1"]).toMatchObject({ title: "a", state: "kept" });
    expect(abandoned(moving).clips["c1"]).toMatchObject({ title: "The jump", state: "kept" });
  });
});

describe("saving", () => {
  it("sends several edits as one, on the newest revision", () => {
    const two = commit(commit(start, "a"), "b");
    expect(nextSending(two, "c1")).toMatchObject({ kind: "send", rev: 1, edit: { title: "b" } });
    expect(nextSending(two, "c1", 1)).toMatchObject({ edit: { title: "a" } });
    expect(saved(two).unsaved).toEqual({});
  });

  it("merges with an edit of other fields made elsewhere", () => {
    const both = pushed(commit(start, "mine"), { state: "kept" });
    expect(nextSending(both, "c1")).toMatchObject({ rev: 2, edit: { title: "mine" } });
  });

  it("asks where both changed the same field", () => {
    const both = pushed(commit(commit(start, "mine"), "mine too"), { title: "theirs" });
    const met = nextSending(both, "c1");
    if (met.kind !== "clash") throw new Error(met.kind);
    const asked = { ...both, clash: met.clash };
    const mine = answered(asked, "mine");
    expect(nextSending(mine, "c1")).toMatchObject({ kind: "send", edit: { title: "mine too" } });
    const theirs = answered(asked, "theirs");
    expect([titleOf(theirs), theirs.unsaved, theirs.steps]).toEqual(["theirs", {}, []]);
  });

  it("has nothing to send when an edit arrived that only its answer missed", () => {
    const lost = pushed(commit(start, "a"), { title: "a" });
    expect(nextSending(lost, "c1").kind).toBe("done");
    expect(saved(lost).unsaved).toEqual({});
  });

  it("takes back what was refused, and keeps what came after it", () => {
    const bad = commit(start, "bad");
    const more = committed(commit(bad, "good"), fresh(), "Keep", (clips) => {
      const draft = clips["c1"];
      if (draft !== undefined) draft.state = "kept";
    });
    const left = refused(more, "c1", (more.unsaved["c1"] ?? []).slice(0, 1));
    expect(left.clips["c1"]).toMatchObject({ title: "good", state: "kept" });
    expect(nextSending(left, "c1")).toMatchObject({ edit: { title: "good", state: "kept" } });
    expect(titleOf(undo(undo(left)))).toBe("The jump");
    expect(refused(bad, "c1", bad.unsaved["c1"] ?? [])).toMatchObject({ steps: [], unsaved: {} });
  });
});

it("survives a reload before anything was saved", () => {
  const after = reloaded(commit(commit(start, "a"), "b", "c2"));
  expect([titleOf(after), titleOf(after, "c2")]).toEqual(["a", "b"]);
  expect(nextSending(after, "c1")).toMatchObject({ kind: "send", edit: { title: "a" } });
  expect(titleOf(undo(undo(after)))).toBe("The jump");
});
