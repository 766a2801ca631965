/** Rules: what is asked for is decided on values; no request is made. */
import { expect, it } from "vitest";
import type { Effect } from "./reduce";
import { joined } from "./refetch";

const clips = (count: number, projectId = "p1") =>
  Array.from({ length: count }, (_, index): Effect => {
    return { kind: "clip", id: `${projectId}-${index}`, rev: 2, projectId };
  });

it("asks for single clips, and for the list when many have changed", () => {
  expect(joined(clips(4))).toEqual(clips(4));
  const burst = joined([...clips(500), ...clips(1, "p2")]);
  expect(burst).toEqual([...clips(1, "p2"), { kind: "clips", id: "p1" }]);
});

it("asks for no clip whose list is asked for anyway", () => {
  const list: Effect = { kind: "clips", id: "p1" };
  expect(joined([...clips(2), list])).toEqual([list]);
  expect(joined([...clips(9), list])).toEqual([list]);
});
