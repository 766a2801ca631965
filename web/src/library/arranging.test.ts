/** Rules: projects are plain values; every order is asked of the same four. */
import { expect, it } from "vitest";
import { aProject, aVod } from "../testing/samples";
import { arrange, type Order } from "./arranging";

const project = (title: string, created_at: number, duration: number | null, size: number) =>
  aProject({
    id: title,
    title,
    created_at,
    vods: [aVod({ name: `${title}.mkv`, duration, size })],
  });

const all = [
  project("Stream 10", 4, 100, 9),
  project("stream 9", 3, 300, 1),
  project("Über Nacht", 2, null, 5),
  project("Arena", 1, 300, 5),
];
const titles = (search: string, order: Order) =>
  arrange(all, search, order).map((one) => one.title);

it.each<[Order, string[]]>([
  ["newest", ["Stream 10", "stream 9", "Über Nacht", "Arena"]],
  ["oldest", ["Arena", "Über Nacht", "stream 9", "Stream 10"]],
  ["name", ["Arena", "stream 9", "Stream 10", "Über Nacht"]],
  ["longest", ["stream 9", "Arena", "Stream 10", "Über Nacht"]],
  ["largest", ["Stream 10", "Über Nacht", "Arena", "stream 9"]],
])("sorts %s", (order, expected) => expect(titles("", order)).toEqual(expected));

it("finds by every word, in any case, also in the names of recordings", () => {
  expect(titles("STREAM 1", "name")).toEqual(["Stream 10"]);
  expect(titles("  nacht .mkv ", "name")).toEqual(["Über Nacht"]);
  expect(titles("nowhere", "name")).toEqual([]);
});
