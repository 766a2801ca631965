import type { Clip, ClipState } from "../api/types";

export type StateFilter = "all" | "open" | "kept" | "skipped";
export type LengthFilter = "any" | "short" | "middle" | "long";
export type Order = "score" | "time" | "longest";

/** Which moments are listed, and in which order. */
export interface Choosing {
  state: StateFilter;
  length: LengthFilter;
  order: Order;
}

export const EVERYTHING: Choosing = { state: "all", length: "any", order: "score" };

const STATES: Record<StateFilter, ClipState | null> = {
  all: null,
  open: "suggested",
  kept: "kept",
  skipped: "skipped",
};

/** From this many seconds on, and below that many. */
export const LENGTHS: Record<LengthFilter, readonly [number, number]> = {
  any: [0, Number.POSITIVE_INFINITY],
  short: [0, 20],
  middle: [20, 40],
  long: [40, Number.POSITIVE_INFINITY],
};

const ORDERS: Record<Order, (a: Clip, b: Clip) => number> = {
  score: (a, b) => b.score - a.score || a.start - b.start,
  time: (a, b) => a.start - b.start || b.score - a.score,
  longest: (a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start,
};

/** The moments that are asked for, in the order that is asked for. */
export function listed(clips: readonly Clip[], { state, length, order }: Choosing): Clip[] {
  const [from, below] = LENGTHS[length];
  return clips
    .filter((clip) => STATES[state] === null || clip.state === STATES[state])
    .filter((clip) => clip.end - clip.start >= from && clip.end - clip.start < below)
    .sort(ORDERS[order]);
}

/** How many moments are in each state. */
export function counts(clips: readonly Clip[]): Record<StateFilter, number> {
  const found = { all: clips.length, open: 0, kept: 0, skipped: 0 };
  for (const { state } of clips) found[state === "suggested" ? "open" : state] += 1;
  return found;
}

/** The best so many that nobody skipped; those that are kept already are among them. */
export function best(clips: readonly Clip[], count: number): Clip[] {
  const open = clips.filter((clip) => clip.state !== "skipped");
  return open.sort(ORDERS.score).slice(0, count);
}

/** Each moment's rank by its score, from 1: it stays the same however the list is ordered. */
export function ranks(clips: readonly Clip[]): Map<string, number> {
  return new Map([...clips].sort(ORDERS.score).map((clip, place) => [clip.id, place + 1]));
}
