/** Rules: clips are edited as the history does it, through drafts; the clip before never changes. */
import fc from "fast-check";
import { type Draft, produce } from "immer";
import { describe, expect, it } from "vitest";
import type { Clip } from "../api/types";
import { aClip } from "../testing/samples";
import {
  addKeyframe,
  drawZone,
  dropFacecam,
  dropKeyframe,
  moveKeyframe,
  pictureAt,
  setLayout,
  setPip,
  setZone,
  spreadPicture,
  usualFacecam,
} from "./picture";

const whole = { x: 0, y: 0, w: 1, h: 1 };
const corner = { x: 0, y: 0, w: 0.2, h: 0.2 };
const clip = aClip({ zones: [{ kind: "gameplay", rect: whole }] });
const edit = (recipe: (draft: Draft<Clip>) => void, from = clip) => produce(from, recipe);

describe("keyframes", () => {
  const two = edit((draft) => {
    addKeyframe(draft, 70);
    setLayout(draft, 75, "full");
    addKeyframe(draft, 65);
  });

  it("hold from their time to the next one", () => {
    expect(two.keyframes.map(({ at, layout }) => [at, layout])).toEqual([
      [65, "single"],
      [70, "full"],
    ]);
    const layouts = [60, 65, 69.9, 70, 99].map((time) => pictureAt(two, time).layout);
    expect(layouts).toEqual(["single", "single", "single", "full", "full"]);
    expect(pictureAt(two, 64).at).toBeNull();
  });

  it("are changed by themselves, the clip's own zones stay", () => {
    const changed = edit((draft) => setZone(draft, 66, "gameplay", corner), two);
    expect(pictureAt(changed, 66).zones).toEqual([{ kind: "gameplay", rect: corner }]);
    expect(changed.zones).toEqual(clip.zones);
    expect(pictureAt(changed, 70).zones).toEqual(clip.zones);
  });

  it("are not made twice at one place, and leave nothing behind", () => {
    expect(edit((draft) => addKeyframe(draft, 70.01), two)).toBe(two);
    const left = edit((draft) => dropKeyframe(draft, 65), two);
    expect(left.keyframes.map(({ at }) => at)).toEqual([70]);
  });

  it("are moved inside the clip and never past each other", () => {
    const times = fc.array(fc.double({ min: 50, max: 110, noNaN: true }), { maxLength: 4 });
    const moves = fc.array(
      fc.tuple(fc.nat(4), fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: 55, max: 95 }))),
    );
    fc.assert(
      fc.property(times, moves, (made, all) => {
        let now = edit((draft) => {
          for (const time of made) {
            addKeyframe(draft, time);
            setZone(draft, time, "facecam", { ...corner, x: draft.keyframes.length / 10 });
          }
        });
        for (const [place, time] of all) {
          const before = now;
          let told = time;
          now = edit((draft) => {
            told = moveKeyframe(draft, place, time);
          }, before);
          const shown = (one: Clip) => one.keyframes.map(({ at: _, ...rest }) => rest);
          expect(shown(now)).toEqual(shown(before));
          const at = now.keyframes.map((one) => one.at);
          expect(at).toEqual([...at].sort((a, b) => a - b));
          expect(new Set(at).size).toBe(at.length);
          if (place >= at.length) continue;
          expect(told).toBe(at[place]);
          const inside = told >= clip.start && told < clip.end;
          expect(inside || told === before.keyframes[place]?.at).toBe(true);
        }
      }),
    );
    const later = edit((draft) => {
      moveKeyframe(draft, 0, 67.5);
    }, two);
    expect(later.keyframes.map(({ at }) => at)).toEqual([67.5, 70]);
  });
});

describe("the facecam", () => {
  it("is shown once it is drawn, whatever the layout was", () => {
    for (const layout of ["single", "full", "split", "pip"] as const) {
      const before = edit((draft) => setLayout(draft, 60, layout));
      const drawn = edit((draft) => drawZone(draft, 60, "facecam", corner), before);
      expect(drawn.layout).toBe(layout === "pip" ? "pip" : "split");
      expect(drawn.zones.find((zone) => zone.kind === "facecam")?.rect).toEqual(corner);
      const game = edit((draft) => drawZone(draft, 60, "gameplay", corner), before);
      expect(game.layout).toBe(layout);
    }
  });

  it("gets a zone with the first layout that shows it", () => {
    const split = edit((draft) => setLayout(draft, 60, "split"));
    expect(split.zones.map((zone) => zone.kind)).toEqual(["facecam", "gameplay"]);
    const own = edit((draft) => setZone(draft, 60, "facecam", corner));
    const inset = edit((draft) => setLayout(draft, 60, "pip"), own);
    expect(inset.zones[0]?.rect).toEqual(corner);
  });

  it("takes the layouts that show it along when it goes", () => {
    const split = edit((draft) => setLayout(draft, 60, "split"));
    const gone = edit((draft) => dropFacecam(draft, 60), split);
    expect([gone.layout, gone.zones]).toEqual(["single", clip.zones]);
  });
});

it("moves the inset, and puts it back", () => {
  const there = edit((draft) => setPip(draft, 60, corner));
  expect(pictureAt(there, 60).pip).toEqual(corner);
  expect(
    pictureAt(
      edit((draft) => setPip(draft, 60, null), there),
      60,
    ).pip,
  ).toBeNull();
});

describe("the other clips of the recording", () => {
  const facecam = { kind: "facecam" as const, rect: corner };
  const own = { ...clip, layout: "split" as const, zones: [facecam, ...clip.zones] };
  const clips = {
    c1: own,
    c2: aClip({ id: "c2" }),
    c3: aClip({ id: "c3", state: "skipped" }),
    c4: aClip({ id: "c4", vod_id: "v2" }),
  };

  it("get the same picture, but for those that are skipped", () => {
    const next = produce(clips, (draft) => spreadPicture(draft, own));
    expect(next.c2).toMatchObject({ layout: "split", zones: own.zones });
    expect([next.c1, next.c3, next.c4]).toEqual([own, clips.c3, clips.c4]);
  });

  it("say where the facecam is, the last one changed first", () => {
    const moved = { ...facecam, rect: whole };
    const later = aClip({ id: "c5", zones: [moved], updated_at: 200 });
    expect(usualFacecam([own, later], clips.c2)).toEqual(whole);
    expect(usualFacecam([own], own)).toBeUndefined();
    expect(usualFacecam([own], clips.c4)).toBeUndefined();
  });
});
