/** Rules: only names count, so that is all the files have. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isChat, pairUp } from "./pairing";

const named = (...names: string[]) => names.map((name) => ({ name }));
const shown = (...names: string[]) => {
  const { pairs, strays } = pairUp(named(...names));
  return {
    pairs: pairs.map(({ video, chat }) => [video.name, chat?.name ?? null]),
    strays: strays.map((one) => one.name),
  };
};

describe("pairUp", () => {
  it.each([
    ["friday.mkv", "friday.json"],
    ["Friday stream.mp4", "Friday stream_chat.json"],
    ["friday.mp4", "friday.chat.json"],
    ["friday.mp4", "friday [live chat].csv"],
    ["friday.mp4", "friday chat.txt"],
    ["v123456 Friday.mp4", "v123456.json"],
    ["one.mp4", "something else.json"],
  ])("knows that %s and %s belong together", (video, chat) => {
    expect(shown(chat, video)).toEqual({ pairs: [[video, chat]], strays: [] });
  });

  it("gives each of several its own", () => {
    expect(shown("a.json", "b.mp4", "a.mp4", "b chat.csv")).toEqual({
      pairs: [
        ["b.mp4", "b chat.csv"],
        ["a.mp4", "a.json"],
      ],
      strays: [],
    });
  });

  it("does not guess among several", () => {
    expect(shown("a.mp4", "b.mp4", "x.json")).toEqual({
      pairs: [
        ["a.mp4", null],
        ["b.mp4", null],
      ],
      strays: ["x.json"],
    });
  });

  it("loses no file and uses none twice", () => {
    const name = fc.tuple(
      fc.constantFrom("a", "b", "a chat", "ab", ""),
      fc.constantFrom(".mp4", ".json", ".csv", ".mkv", ""),
    );
    fc.assert(
      fc.property(
        fc.array(
          name.map((parts) => parts.join("")),
          { maxLength: 8 },
        ),
        (names) => {
          const given = named(...names);
          const { pairs, strays } = pairUp(given);
          const back = [...pairs.flatMap(({ video, chat }) => [video, chat]), ...strays];
          const kept = back.filter((file) => file !== null);
          expect(new Set(kept)).toEqual(new Set(given));
          expect(kept).toHaveLength(given.length);
          expect(pairs.every(({ chat }) => chat === null || isChat(chat.name))).toBe(true);
        },
      ),
    );
  });
});
