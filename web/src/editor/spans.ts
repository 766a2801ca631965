/**
 * The clip's own time: what is kept of the source when the cuts are left out. The same arithmetic
 * as `forge/captions/timeline.py`: cuts lie on output frames, so a time here is the time there.
 */
import type { Clip, Cut } from "../api/types";
import { rounded } from "./geometry";

/** Seconds of the source. */
export interface Span {
  start: number;
  end: number;
}

type Cutting = Pick<Clip, "start" | "end" | "cuts">;

/** The kept parts in order; they are not empty and do not touch. Empty when all is cut away. */
export function keptSpans({ start, end, cuts }: Cutting, fps: number): Span[] {
  const frame = (seconds: number) => rounded((seconds - start) * fps);
  const total = end > start ? Math.max(1, frame(end)) : 0;
  const gaps = cuts
    .map((cut) => [Math.max(0, frame(cut.start)), Math.min(total, frame(cut.end))] as const)
    .filter(([first, last]) => first < last)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const spans: Span[] = [];
  let here = 0;
  const keep = (last: number) => {
    if (last > here) spans.push({ start: start + here / fps, end: start + last / fps });
  };
  for (const [first, last] of gaps) {
    keep(first);
    here = Math.max(here, last);
  }
  keep(total);
  return spans;
}

/** The clip's length in seconds, without what is cut. */
export function keptLength(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.end - span.start, 0);
}

/** Source seconds to clip seconds; what is cut away maps to where the cut is. */
export function toClip(spans: readonly Span[], time: number): number {
  let sum = 0;
  for (const span of spans) {
    if (time < span.start) break;
    sum += Math.min(time, span.end) - span.start;
  }
  return sum;
}

/** Clip seconds to source seconds: the inverse of `toClip` wherever something is kept. */
export function toSource(spans: readonly Span[], time: number): number {
  let left = Math.max(0, time);
  for (const span of spans) {
    const length = span.end - span.start;
    if (left < length) return span.start + left;
    left -= length;
  }
  return spans.at(-1)?.end ?? 0;
}

/** Where playing goes on from a time inside the clip: there, behind the cut, or at the start. */
export function playable(spans: readonly Span[], time: number): number {
  const next = spans.find((span) => time < span.end);
  if (next === undefined) return spans[0]?.start ?? time;
  return Math.max(time, next.start);
}

/** Cuts in order, with those that overlap or touch made into one. */
export function joined(cuts: readonly Cut[]): Cut[] {
  const result: Cut[] = [];
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && cut.start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, cut.end) };
    } else if (cut.end > cut.start) result.push({ start: cut.start, end: cut.end });
  }
  return result;
}

/** Cuts that leave out a span as well. */
export function withCut(cuts: readonly Cut[], span: Span): Cut[] {
  return joined([...cuts, span]);
}

/** What is left of a cut that is shorter than this goes with the rest of it, in seconds. */
const SLIVER = 0.08;

/** Cuts that leave a span in. Slivers of cuts at its edges go, too. */
export function withoutCut(cuts: readonly Cut[], span: Span): Cut[] {
  return joined(
    cuts.flatMap((cut) => [
      { start: cut.start, end: Math.min(cut.end, span.start) },
      { start: Math.max(cut.start, span.end), end: cut.end },
    ]),
  ).filter(
    (cut) =>
      cut.end - cut.start >= SLIVER ||
      cuts.some((one) => one.start === cut.start && one.end === cut.end),
  );
}

/** The cut that a time lies in. */
export function cutAt<T extends Span>(cuts: readonly T[], time: number): T | undefined {
  return cuts.find((cut) => cut.start <= time && time < cut.end);
}

/** A spoken word with its place in the transcript. */
export interface Word extends Span {
  index: number;
  text: string;
}

/** Breath that is left before a word, in seconds, and the longest pause that goes with a cut word. */
const BREATH = 0.05;
const PAUSE = 0.5;

/**
 * The span to cut so that the words from place `first` to `last` are gone: with the pause behind
 * them, if it is short, so that speech flows on; never into a neighbour.
 */
export function spanOfWords(words: readonly Word[], first: number, last: number): Span | null {
  const [from, to] = [words[first], words[last]];
  if (from === undefined || to === undefined) return null;
  const before = words[first - 1]?.end ?? Number.NEGATIVE_INFINITY;
  const after = words[last + 1]?.start ?? Number.POSITIVE_INFINITY;
  const start = Math.max(before, from.start - BREATH, 0);
  const flows = after - to.end <= PAUSE;
  const end = flows ? Math.max(to.end, after - BREATH) : to.end + BREATH;
  return end > start ? { start, end } : null;
}

/** The nearest of some times within `reach` seconds of one; the time itself when none is. */
export function snapped(time: number, marks: readonly number[], reach: number): number {
  let best = time;
  let distance = reach;
  for (const mark of marks) {
    const away = Math.abs(mark - time);
    if (away <= distance) [best, distance] = [mark, away];
  }
  return best;
}

/** Where handles snap to: words' edges, the middles of pauses, and cuts of the picture. */
export function snapMarks(words: readonly Word[], scenes: readonly number[]): number[] {
  const marks = [...scenes];
  words.forEach((word, place) => {
    marks.push(word.start, word.end);
    const next = words[place + 1];
    if (next !== undefined && next.start - word.end > 0.25) marks.push((word.end + next.start) / 2);
  });
  return marks;
}

/** The place of the first word that begins after a time; their number if none does. */
export function firstAfter(words: readonly Word[], time: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The shortest cut, and the shortest part between two, that an edge can be moved to: a frame. */
const FRAME = 1 / 60;

/**
 * Cuts with one edge of one of them moved. The edge stays inside the clip, off the cuts next to
 * it, and off its own other edge.
 */
export function movedCut(
  clip: Cutting,
  cut: Cut,
  side: "start" | "end",
  time: number,
): { cuts: Cut[]; cut: Cut } {
  const others = clip.cuts.filter((one) => one.start !== cut.start || one.end !== cut.end);
  const before = others.filter((one) => one.end <= cut.start).map((one) => one.end + FRAME);
  const after = others.filter((one) => one.start >= cut.end).map((one) => one.start - FRAME);
  const low = Math.max(clip.start, ...before);
  const high = Math.min(clip.end, ...after);
  const next =
    side === "start"
      ? { start: Math.min(Math.max(time, low), cut.end - FRAME), end: cut.end }
      : { start: cut.start, end: Math.max(Math.min(time, high), cut.start + FRAME) };
  return { cuts: [...others, next].sort((a, b) => a.start - b.start), cut: next };
}
