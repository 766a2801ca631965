/** Rules: a clip and what was found are plain values; nothing is taken here, only suggested. */

import { produce } from "immer";
import { expect, it } from "vitest";
import { aClip } from "../testing/samples";
import { foundWords, suggested } from "./foundFacecam";
import { addKeyframe, dropFacecam, setZone } from "./picture";

const rect = { x: 0.7, y: 0.05, w: 0.25, h: 0.3 };
const found = { rect, sure: true };
const whole = { x: 0, y: 0, w: 1, h: 1 };
const bare = aClip({ zones: [{ kind: "gameplay", rect: whole }] });

it("suggests what was found where there is no zone of one's own", () => {
  expect(suggested(bare, 70, found)).toBe(found);
  expect(suggested(bare, 70, null)).toBeNull();
  const own = produce(bare, (draft) => setZone(draft, 70, "facecam", { ...rect, x: 0 }));
  expect(suggested(own, 70, found)).toBeNull();
});

it("suggests it for each part of the clip by itself", () => {
  const clip = produce(bare, (draft) => {
    setZone(draft, 60, "facecam", rect);
    addKeyframe(draft, 70);
    dropFacecam(draft, 75);
  });
  expect(suggested(clip, 69, found)).toBeNull();
  expect(suggested(clip, 70, found)).toBe(found);
});

it("says where it is, and how sure that is", () => {
  expect(foundWords(found)).toMatch(/^FORGE found a facecam at the top right,/);
  const low = { ...rect, x: 0.4, y: 0.68 };
  expect(foundWords({ rect: low, sure: false })).toMatch(/may be .* at the bottom centre,/);
});
