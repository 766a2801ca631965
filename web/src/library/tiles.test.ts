/** Rules: the index has the shape that `forge/media/thumbs.py` writes. */
import { expect, it } from "vitest";
import { tileAt } from "./tiles";

const index = {
  interval: 2,
  width: 192,
  height: 108,
  columns: 10,
  rows: 10,
  count: 130,
  sheets: ["thumbs_000.jpg", "thumbs_001.jpg"],
};

it.each([
  [0, "thumbs_000.jpg", "0.000% 0.000%"],
  [0.5, "thumbs_000.jpg", "55.556% 66.667%"],
  [0.9999, "thumbs_001.jpg", "100.000% 22.222%"],
  [1, "thumbs_001.jpg", "100.000% 22.222%"],
  [-1, "thumbs_000.jpg", "0.000% 0.000%"],
])("at %d shows a tile of %s", (share, sheet, position) => {
  expect(tileAt(index, share)).toEqual({ sheet, position, size: "1000% 1000%" });
});

it("has nothing to show of an empty index", () => {
  expect(tileAt({ ...index, count: 0, sheets: [] }, 0.5)).toBeNull();
});
