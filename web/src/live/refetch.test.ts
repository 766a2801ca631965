/** Rules: what is asked for is decided on values; `fetch` and the clock are all that is replaced. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyServer } from "../store/server";
import { useStore } from "../store/store";
import { emptyUi } from "../store/ui";
import { aProject } from "../testing/samples";
import type { Effect } from "./reduce";
import { joined, refetch } from "./refetch";

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

describe("what got no answer", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    useStore.setState({ server: emptyServer, ui: emptyUi });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is asked for again when the connection is back, and nothing is complained of", async () => {
    let away = true;
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      if (away) throw new TypeError("Failed to fetch");
      return Response.json(aProject({ title: "Friday" }));
    });
    refetch([{ kind: "project", id: "p1" }]);
    await vi.advanceTimersByTimeAsync(100);
    expect(useStore.getState().server.projects).toEqual({});
    away = false;
    refetch([]); // As for every greeting of a new connection, which names nothing itself.
    await vi.advanceTimersByTimeAsync(100);
    expect(useStore.getState().server.projects["p1"]?.title).toBe("Friday");
    expect(useStore.getState().ui.notices).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual(["/api/projects/p1", "/api/projects/p1"]);
  });

  it("is asked for again where the connection never broke", async () => {
    let away = true;
    vi.stubGlobal("fetch", async () => {
      if (away) throw new TypeError("Failed to fetch");
      return Response.json(aProject({ title: "Saturday" }));
    });
    refetch([{ kind: "project", id: "p1" }]);
    await vi.advanceTimersByTimeAsync(100);
    away = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(useStore.getState().server.projects["p1"]?.title).toBe("Saturday");
  });

  it("is told of where there was an answer, and it was no", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ error: {} }, { status: 500 }));
    refetch([{ kind: "project", id: "p1" }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(useStore.getState().ui.notices).toHaveLength(1);
  });
});
