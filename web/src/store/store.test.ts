/** Rules: the steps are pure, so each case compares whole values before and after. */
import { describe, expect, it } from "vitest";
import { aClip, aJob, aProject } from "../testing/samples";
import { arrived, type DocState, emptyDoc, forgotten, ranked, received } from "./doc";
import { emptyServer, withJobs, withoutProject, withProjects } from "./server";
import { emptyUi, withNotice } from "./ui";

const doc: DocState = received(emptyDoc, "p1", [aClip()]);

describe("the document", () => {
  it("does not go back to an older revision", () => {
    const newer = received(emptyDoc, "p1", [aClip({ rev: 5, title: "New" })]);
    expect(received(newer, "p1", [aClip({ rev: 4, title: "Old" })])).toBe(newer);
    expect(arrived(newer, aClip({ rev: 5, title: "Old" }))).toBe(newer);
  });

  it("keeps the very objects that did not change, so that nothing is drawn again", () => {
    const two = received(doc, "p1", [aClip(), aClip({ id: "c2" })]);
    const next = received(two, "p1", [aClip(), aClip({ id: "c2", rev: 2, title: "Other" })]);
    expect(next.clips["c1"]).toBe(two.clips["c1"]);
    expect(next.clips["c2"]?.title).toBe("Other");
  });

  it("drops the clips of a project that are gone, and no other project's", () => {
    const both = received(doc, "p2", [aClip({ id: "c2", project_id: "p2" })]);
    expect(Object.keys(forgotten(both, "p1").clips)).toEqual(["c2"]);
  });

  it("ranks by score, then by place, within a project", () => {
    const clips = [
      aClip({ id: "late", score: 70, start: 50 }),
      aClip({ id: "early", score: 70, start: 10 }),
      aClip({ id: "best", score: 90, start: 90 }),
    ];
    const order = ranked(received(emptyDoc, "p1", clips), "p1").map((clip) => clip.id);
    expect(order).toEqual(["best", "early", "late"]);
    expect(ranked(doc, "p2")).toEqual([]);
  });
});

describe("the server's part", () => {
  it("takes a whole list as the truth: what is not in it is gone", () => {
    const two = withProjects(emptyServer, [aProject(), aProject({ id: "p2" })]);
    expect(two.loaded).toBe(true);
    expect(Object.keys(withProjects(two, [aProject()]).projects)).toEqual(["p1"]);
  });

  it("takes one project's jobs without touching another's", () => {
    const start = withJobs(emptyServer, [aJob(), aJob({ id: "j2", project_id: "p2" })]);
    expect(Object.keys(withJobs(start, [], "p1").jobs)).toEqual(["j2"]);
    expect(Object.keys(withJobs(start, [aJob()]).jobs)).toEqual(["j1"]);
  });

  it("removes a project with its jobs", () => {
    const full = withJobs(withProjects(emptyServer, [aProject()]), [aJob()]);
    const { projects, jobs } = withoutProject(full, "p1");
    expect({ projects, jobs }).toEqual({ projects: {}, jobs: {} });
  });
});

describe("notices", () => {
  it("says the same thing once, and keeps the last four", () => {
    const say = (id: number, text: string) => ({ id, tone: "bad" as const, text, hint: "" });
    const once = withNotice(emptyUi, say(1, "a"));
    expect(withNotice(once, say(2, "a"))).toBe(once);
    const many = ["b", "c", "d", "e"].reduce((ui, text, id) => withNotice(ui, say(id, text)), once);
    expect(many.notices.map((notice) => notice.text)).toEqual(["b", "c", "d", "e"]);
  });

  it("offers to undo each of two deletions, of the same name too", () => {
    const offer = (id: number) => {
      const action = { label: "Undo", run: () => {} };
      return { id, tone: "info" as const, text: "“vod” is deleted.", hint: "", action };
    };
    const both = withNotice(withNotice(emptyUi, offer(1)), offer(2));
    expect(both.notices.map((notice) => notice.id)).toEqual([1, 2]);
  });
});
