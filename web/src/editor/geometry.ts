/**
 * Which parts of the source a clip shows, and where on the output: the arithmetic of
 * `forge/layout` (crop.py, zones.py, presets.py), number for number. `geometry.fixture.jsonl` is
 * written by the Python and checked on both sides, so the preview cannot drift from the export.
 */
import type { Layout, Preset, Rect, Zone } from "../api/types";

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A rectangle in pixels of the displayed source frame; all four numbers are even. */
export interface Crop {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A part of the source, and the place on the output that it fills. `blurred` is a backdrop. */
export interface Panel extends Size {
  crop: Crop;
  x: number;
  y: number;
  blurred: boolean;
}

const MIN_SIDE = 16;
const MIN_TOP = 0.25;
const MAX_TOP = 0.45;
const PIP = { x: 0.04, y: 0.06, width: 0.36, most: 0.6 };
const WHOLE: Rect = { x: 0, y: 0, w: 1, h: 1 };
const SIZES: Record<Exclude<Preset, "source">, Size> = {
  "9:16": { width: 1080, height: 1920 },
  "9:16-60": { width: 1080, height: 1920 },
  "1:1": { width: 1080, height: 1080 },
  "4:5": { width: 1080, height: 1350 },
  "16:9": { width: 1920, height: 1080 },
};

/** Python's `round`: halves go to the even neighbour, where JavaScript's go up. */
export function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const even = (value: number) => rounded(value / 2) * 2;

/** The size of a preset's picture; `source` has the recording's own, made even. */
export function outputSize(preset: Preset, source: Size): Size {
  if (preset !== "source") return SIZES[preset];
  const side = (length: number) => Math.max(2, Math.floor(length / 2) * 2);
  return { width: side(source.width), height: side(source.height) };
}

/**
 * The output's panels in the order in which they are painted. Null when the layout needs a
 * facecam zone and there is none: an export would be refused.
 */
export function panels(
  zones: readonly Zone[],
  layout: Layout,
  source: Size,
  output: Size,
  pip: Rect | null = null,
): Panel[] | null {
  const { width, height } = output;
  const gameplay = zones.find((zone) => zone.kind === "gameplay")?.rect ?? WHOLE;
  const facecam = zones.find((zone) => zone.kind === "facecam")?.rect;
  if (layout === "full") return fitted(gameplay, source, output);
  if (layout === "split") {
    if (facecam === undefined) return null;
    const top = topHeight(facecam, source, output);
    const below = { width, height: height - top };
    return [
      panel(fill(facecam, source, { width, height: top }), 0, 0, { width, height: top }),
      panel(fill(gameplay, source, below), 0, top, below),
    ];
  }
  const filled = panel(fill(gameplay, source, output), 0, 0, output);
  if (layout === "single") return [filled];
  return facecam === undefined ? null : [filled, inset(facecam, pip, source, output)];
}

/** What `source` shows: the picture as it is, whatever the clip's layout. */
export function wholePicture(output: Size): Panel[] {
  return [panel({ x: 0, y: 0, w: output.width, h: output.height }, 0, 0, output)];
}

function panel(crop: Crop, x: number, y: number, size: Size, blurred = false): Panel {
  return { crop, x, y, width: size.width, height: size.height, blurred };
}

/** The largest part of `rect` with the target's shape, centred in it, on even pixels. */
export function fill(rect: Rect, source: Size, target: Size): Crop {
  const [left, right, top, bottom] = inside(rect, source);
  const aspect = target.width / target.height;
  let w = right - left;
  let h = bottom - top;
  if (w > h * aspect) w = h * aspect;
  else h = w / aspect;
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return evenCrop(x - w / 2, x + w / 2, y - h / 2, y + h / 2, source);
}

function whole(rect: Rect, source: Size): Crop {
  return evenCrop(...inside(rect, source), source);
}

function inside(rect: Rect, { width, height }: Size): [number, number, number, number] {
  const [left, right] = extent(rect.x * width, (rect.x + rect.w) * width, width);
  const [top, bottom] = extent(rect.y * height, (rect.y + rect.h) * height, height);
  return [left, right, top, bottom];
}

function extent(from: number, to: number, size: number): [number, number] {
  const first = Math.max(0, from);
  const last = Math.min(size, to);
  const least = Math.min(MIN_SIDE, size);
  if (last - first >= least) return [first, last];
  const moved = Math.min(Math.max(0, (first + last - least) / 2), size - least);
  return [moved, moved + least];
}

function evenCrop(left: number, right: number, top: number, bottom: number, source: Size): Crop {
  const [x, w] = evenSide(left, right, source.width);
  const [y, h] = evenSide(top, bottom, source.height);
  return { x, y, w, h };
}

function evenSide(first: number, last: number, size: number): [number, number] {
  const limit = Math.floor(size / 2) * 2;
  const begin = Math.min(Math.max(even(first), 0), limit - 2);
  return [begin, Math.min(Math.max(even(last), begin + 2), limit) - begin];
}

function fitted(rect: Rect, source: Size, output: Size): Panel[] {
  const { width, height } = output;
  const crop = whole(rect, source);
  const scale = Math.min(width / crop.w, height / crop.h);
  const w = Math.min(Math.max(2, even(crop.w * scale)), width);
  const h = Math.min(Math.max(2, even(crop.h * scale)), height);
  const place = { width: w, height: h };
  const shown = panel(crop, even((width - w) / 2), even((height - h) / 2), place);
  if (w === width && h === height) return [shown];
  return [panel(fill(rect, source, output), 0, 0, output, true), shown];
}

function inset(facecam: Rect, pip: Rect | null, source: Size, output: Size): Panel {
  const place = pip ?? usualInset(facecam, source, output);
  const [x, w] = placed(place.x, place.w, output.width);
  const [y, h] = placed(place.y, place.h, output.height);
  const size = { width: w, height: h };
  return panel(fill(facecam, source, size), x, y, size);
}

/** Where the inset is unless it was moved, in fractions of the output. */
export function usualInset(facecam: Rect, source: Size, output: Size): Rect {
  const crop = whole(facecam, source);
  const shape = ((crop.h / crop.w) * output.width) / output.height;
  const w = Math.min(PIP.width, PIP.most / shape);
  return { x: PIP.x, y: PIP.y, w, h: w * shape };
}

function placed(begin: number, length: number, size: number): [number, number] {
  const first = Math.min(Math.max(even(begin * size), 0), size - 2);
  return [first, Math.min(Math.max(even((begin + length) * size), first + 2), size) - first];
}

function topHeight(facecam: Rect, source: Size, output: Size): number {
  const natural = (output.width * (facecam.h * source.height)) / (facecam.w * source.width);
  const { height } = output;
  return even(Math.min(Math.max(natural, MIN_TOP * height), MAX_TOP * height));
}

/**
 * The shape (width over height, in source pixels) that a zone has to have to be shown whole. Null
 * where any shape is: the facecam of a split within its limits, and all of `full`.
 */
export function wantedShape(
  kind: Zone["kind"],
  zones: readonly Zone[],
  layout: Layout,
  source: Size,
  output: Size,
): number | null {
  if (layout === "full") return null;
  if (kind === "facecam") return null;
  const facecam = zones.find((zone) => zone.kind === "facecam")?.rect;
  if (layout !== "split" || facecam === undefined) return output.width / output.height;
  return output.width / (output.height - topHeight(facecam, source, output));
}
