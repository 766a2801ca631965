/** Rules: sizes are plain numbers on both sides of each threshold. */
import { expect, it } from "vitest";
import { diskState } from "./disk";

const GB = 1e9;
const disk = {
  used: 12 * GB,
  kinds: { exports: 1 * GB, previews: 8 * GB, database: 0, "uploaded recordings": 3 * GB },
  quota: null,
  min_free: 2 * GB,
  free: 120 * GB,
  total: 500 * GB,
};

it("says what is used and asks for nothing while there is room", () => {
  const state = diskState(disk);
  expect(state.tone).toBe("fine");
  expect(state.words).toBe("FORGE uses 12.0 GB; 120 GB are free on its disk.");
  expect(state.advice).toBe("");
  expect(state.kinds.map(([kind]) => kind)).toEqual(["previews", "uploaded recordings", "exports"]);
});

it("counts what has to stay free as not there", () => {
  expect(diskState({ ...disk, free: 7.1 * GB }).tone).toBe("fine");
  const low = diskState({ ...disk, free: 6.9 * GB });
  expect(low.tone).toBe("low");
  expect(low.title).toBe("The disk is nearly full.");
  expect(low.advice).toContain("another 4.9 GB");
  expect(low.advice).toContain("previews (8.0 GB) and uploaded recordings (3.0 GB)");
  expect(diskState({ ...disk, free: 1 * GB }).tone).toBe("full");
});

it("takes a quota for the end, when it comes first", () => {
  const tight = diskState({ ...disk, quota: 12 * GB });
  expect(tight.tone).toBe("full");
  expect(tight.title).toBe("FORGE’s limit is reached.");
  expect(tight.words).toContain("of the 12.0 GB that it may use");
  expect(diskState({ ...disk, quota: 400 * GB }).tone).toBe("fine");
  expect(diskState({ ...disk, quota: 24 * GB }).share).toBe(50);
});
