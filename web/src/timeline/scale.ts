/** The timeline's arithmetic: which seconds are in sight, and where on the screen they lie. */

/** The stretch of the recording that is in sight, in seconds. */
export interface View {
  start: number;
  end: number;
}

export function length(view: View): number {
  return view.end - view.start;
}

/** Where a time lies, in pixels from the left; outside the view it lies outside the width. */
export function timeToX(time: number, view: View, width: number): number {
  return ((time - view.start) / length(view)) * width;
}

export function xToTime(x: number, view: View, width: number): number {
  return view.start + (x / width) * length(view);
}

/**
 * Moves and, if need be, shrinks a view so that it lies in a recording of `duration` seconds. It
 * is never shorter than `shortest`, unless the recording is.
 */
export function fitted(view: View, duration: number, shortest: number): View {
  const size = Math.min(duration, Math.max(shortest, length(view)));
  const start = Math.min(Math.max(0, view.start), duration - size);
  return { start, end: start + size };
}

/**
 * The view after zooming by `factor` (below 1: closer) with `time` staying where it is on the
 * screen, as far as the recording's ends allow.
 */
export function zoomed(
  view: View,
  time: number,
  factor: number,
  duration: number,
  shortest: number,
): View {
  const size = Math.min(duration, Math.max(Math.min(shortest, duration), length(view) * factor));
  const share = (time - view.start) / length(view);
  return fitted({ start: time - share * size, end: time + (1 - share) * size }, duration, shortest);
}

export function panned(view: View, seconds: number, duration: number): View {
  return fitted({ start: view.start + seconds, end: view.end + seconds }, duration, 0);
}

/**
 * The view that has `time` in it: itself when it is there already, else one of the same length
 * with the time a tenth from the left, as a page that is turned.
 */
export function revealing(view: View, time: number, duration: number): View {
  if (time >= view.start && time <= view.end) return view;
  const start = time - length(view) / 10;
  return fitted({ start, end: start + length(view) }, duration, 0);
}

/** The shortest view of a recording: about forty of its frames. */
export function shortestView(fps: number): number {
  return 40 / Math.max(1, fps);
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

export interface Ticks {
  /** Seconds between labelled ticks. */
  step: number;
  /** How many parts the stretch between two labels has. */
  parts: number;
}

/**
 * How to divide a ruler: the shortest round step whose labels are at least `apart` pixels from
 * each other. Below a second, steps are whole frames.
 */
export function ticksFor(secondsPerPixel: number, apart: number, fps: number): Ticks {
  const least = secondsPerPixel * apart;
  for (const frames of [1, 2, 5, 10, 15]) {
    const step = frames / fps;
    if (frames < fps && step >= least) return { step, parts: frames };
  }
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / 3600) * 3600;
  const minutes = step % 60 === 0 && step > 60;
  return { step, parts: step === 1 ? Math.min(10, Math.round(fps)) : minutes ? 4 : 5 };
}

/** The first place in a sorted list that `at` puts at `value` or later; its length if none. */
export function firstFrom(count: number, at: (place: number) => number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The places `[from, to)` of the spans that touch a view. `spans` are sorted by their start, and
 * none is longer than `longest` seconds: without that bound all before the view would be looked at.
 */
export function inView(
  spans: readonly { start: number; end: number }[],
  view: View,
  longest: number,
): [from: number, to: number] {
  const at = (place: number) => spans[place]?.start ?? 0;
  const from = firstFrom(spans.length, at, view.start - longest);
  return [from, firstFrom(spans.length, at, view.end)];
}

export function longestOf(spans: readonly { start: number; end: number }[]): number {
  return spans.reduce((longest, span) => Math.max(longest, span.end - span.start), 0);
}

/** Peaks a second that the server keeps, from the coarsest. */
export const ZOOMS = [1, 10, 100] as const;
export type Zoom = (typeof ZOOMS)[number];

/** The coarsest peaks that still have one pair for a pixel; the finest when none has. */
export function zoomFor(pixelsPerSecond: number): Zoom {
  return ZOOMS.find((zoom) => zoom >= pixelsPerSecond) ?? 100;
}

/**
 * The highest value in each of `columns` columns of a view, of a curve with one value a second.
 * Zoomed in, a column lies between two seconds and gets what lies between their values.
 */
export function columnsOf(values: readonly number[], view: View, columns: number): Float32Array {
  const tops = new Float32Array(columns);
  const step = length(view) / columns;
  const last = values.length - 1;
  for (let column = 0; column < columns && last >= 0; column++) {
    const from = view.start + column * step;
    const first = Math.ceil(from - 0.5);
    const end = Math.min(last, Math.ceil(from + step - 0.5) - 1);
    if (end < first || step < 1) {
      // A value stands in the middle of its second.
      const place = Math.min(last, Math.max(0, from + step / 2 - 0.5));
      const before = values[Math.floor(place)] ?? 0;
      const after = values[Math.ceil(place)] ?? before;
      tops[column] = before + (after - before) * (place - Math.floor(place));
      continue;
    }
    let top = 0;
    for (let second = Math.max(0, first); second <= end; second++) {
      top = Math.max(top, values[second] ?? 0);
    }
    tops[column] = top;
  }
  return tops;
}

/** How far a wheel's turn zooms: `deltaY` in pixels, with `mode` as in `WheelEvent.deltaMode`. */
export function wheelFactor(deltaY: number, mode: number): number {
  const pixels = mode === 1 ? deltaY * 16 : mode === 2 ? deltaY * 400 : deltaY;
  return Math.exp(Math.max(-240, Math.min(240, pixels)) * 0.0025);
}
