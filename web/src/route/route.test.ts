/** Rules: parsing is the inverse of writing, whatever the ids are made of. */
import { expect, it } from "vitest";
import { hrefTo, parseRoute, type Route } from "./route";

it.each<Route>([
  { page: "library" },
  { page: "jobs" },
  { page: "exports" },
  { page: "editor", projectId: "p1", clipId: "c/1" },
  { page: "project", projectId: "p1", clipId: null },
  { page: "project", projectId: "p1", clipId: "c1" },
  { page: "project", projectId: "a/b ?#%", clipId: "ü&=" },
])("finds its way back to %j", (route) => expect(parseRoute(hrefTo(route))).toEqual(route));

it.each(["", "#", "#/", "#/nowhere", "#/projects", "#token=x"])("goes home from %j", (fragment) => {
  expect(parseRoute(fragment)).toEqual({ page: "library" });
});

it("survives an address that is not properly escaped", () => {
  expect(parseRoute("#/projects/50%")).toEqual({ page: "project", projectId: "50%", clipId: null });
});
