/** Moving and resizing rectangles in fractions of a frame, with edges that snap. */
import type { Rect } from "../api/types";

/** What edges snap to, in fractions of the frame. */
export interface Guides {
  x: number[];
  y: number[];
}

/** How near an edge has to come, in fractions of the frame's width and height. */
export interface Reach {
  x: number;
  y: number;
}

/** A rectangle, and the guides that it lies on. */
export interface Snap {
  rect: Rect;
  lines: Guides;
}

export interface Edges {
  left?: boolean;
  right?: boolean;
  top?: boolean;
  bottom?: boolean;
}

/** The smallest side, in fractions of the frame. */
export const LEAST = 0.02;

/** The frame's edges, middle and thirds, and the edges and middles of other rectangles. */
export function guidesFor(others: readonly Rect[]): Guides {
  const own = [0, 1 / 3, 1 / 2, 2 / 3, 1];
  return {
    x: [...own, ...others.flatMap(({ x, w }) => [x, x + w / 2, x + w])],
    y: [...own, ...others.flatMap(({ y, h }) => [y, y + h / 2, y + h])],
  };
}

const NO_GUIDES: Guides = { x: [], y: [] };
/** Fractions that differ by less are the same: far below a pixel, far above rounding. */
const EQUAL = 1e-6;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The shift that brings one of `edges` onto a guide, the nearest one; 0 when none is in reach. */
function pull(edges: readonly number[], guides: readonly number[], reach: number): number {
  let best = 0;
  let distance = reach;
  for (const edge of edges) {
    for (const guide of guides) {
      const away = guide - edge;
      if (Math.abs(away) < distance) [best, distance] = [away, Math.abs(away)];
    }
  }
  return best;
}

function on(edges: readonly number[], guides: readonly number[]): number[] {
  return guides.filter((guide) => edges.some((edge) => Math.abs(edge - guide) < EQUAL));
}

function lined(rect: Rect, guides: Guides): Snap {
  return {
    rect,
    lines: {
      x: on([rect.x, rect.x + rect.w / 2, rect.x + rect.w], guides.x),
      y: on([rect.y, rect.y + rect.h / 2, rect.y + rect.h], guides.y),
    },
  };
}

/** Moves a rectangle inside the frame. Its edges and its middle snap. */
export function moved(
  rect: Rect,
  dx: number,
  dy: number,
  guides: Guides = NO_GUIDES,
  reach: Reach = { x: 0, y: 0 },
): Snap {
  let x = clamp(rect.x + dx, 0, 1 - rect.w);
  let y = clamp(rect.y + dy, 0, 1 - rect.h);
  x = clamp(x + pull([x, x + rect.w / 2, x + rect.w], guides.x, reach.x), 0, 1 - rect.w);
  y = clamp(y + pull([y, y + rect.h / 2, y + rect.h], guides.y, reach.y), 0, 1 - rect.h);
  return lined({ x, y, w: rect.w, h: rect.h }, guides);
}

/**
 * Moves some edges of a rectangle inside the frame; they snap. With a `shape` (width over height,
 * in fractions of the frame) the result gets that shape when it is within reach of it, or always
 * with `keep`: the edges that are not moved stay where they are.
 */
export function resized(
  rect: Rect,
  edges: Edges,
  dx: number,
  dy: number,
  guides: Guides = NO_GUIDES,
  reach: Reach = { x: 0, y: 0 },
  shape: number | null = null,
  keep = false,
): Snap {
  let [left, right] = [rect.x, rect.x + rect.w];
  let [top, bottom] = [rect.y, rect.y + rect.h];
  const at = (edge: number, marks: readonly number[], near: number) =>
    edge + pull([edge], marks, near);
  if (edges.left) left = clamp(at(left + dx, guides.x, reach.x), 0, right - LEAST);
  if (edges.right) right = clamp(at(right + dx, guides.x, reach.x), left + LEAST, 1);
  if (edges.top) top = clamp(at(top + dy, guides.y, reach.y), 0, bottom - LEAST);
  if (edges.bottom) bottom = clamp(at(bottom + dy, guides.y, reach.y), top + LEAST, 1);
  let next: Rect = { x: left, y: top, w: right - left, h: bottom - top };
  if (shape !== null) next = shaped(next, edges, shape, keep ? { x: 1, y: 1 } : reach);
  return lined(next, guides);
}

/** Gives a rectangle a shape, if its sides are within reach of it, by moving the edges given. */
function shaped(rect: Rect, edges: Edges, shape: number, reach: Reach): Rect {
  const sideways = edges.left || edges.right;
  const upright = edges.top || edges.bottom;
  let { w, h } = rect;
  // An edge pulled sideways changes the height only if it takes a corner along.
  if (sideways && !upright) w = h * shape;
  else if (upright && !sideways) h = w / shape;
  else if (Math.abs(w - h * shape) < Math.abs(h - w / shape) * shape) w = h * shape;
  else h = w / shape;
  const x = edges.left ? rect.x + rect.w - w : rect.x;
  const y = edges.top ? rect.y + rect.h - h : rect.y;
  const fits = x >= -EQUAL && y >= -EQUAL && x + w <= 1 + EQUAL && y + h <= 1 + EQUAL;
  const near = Math.abs(w - rect.w) <= reach.x && Math.abs(h - rect.h) <= reach.y;
  return fits && near && w >= LEAST && h >= LEAST
    ? { x: Math.max(0, x), y: Math.max(0, y), w, h }
    : rect;
}

/** The rectangle between two points, inside the frame. */
export function between(ax: number, ay: number, bx: number, by: number): Rect {
  const [left, right] = [clamp(Math.min(ax, bx), 0, 1), clamp(Math.max(ax, bx), 0, 1)];
  const [top, bottom] = [clamp(Math.min(ay, by), 0, 1), clamp(Math.max(ay, by), 0, 1)];
  const w = Math.max(LEAST, right - left);
  const h = Math.max(LEAST, bottom - top);
  return { x: Math.min(left, 1 - w), y: Math.min(top, 1 - h), w, h };
}

/** A rectangle whose edges lie on whole pixels of a frame, as the numeric fields show them. */
export function onPixels({ x, y, w, h }: Rect, width: number, height: number): Rect {
  const left = Math.round(x * width);
  const top = Math.round(y * height);
  const right = Math.max(left + 1, Math.round((x + w) * width));
  const bottom = Math.max(top + 1, Math.round((y + h) * height));
  return {
    x: left / width,
    y: top / height,
    w: (right - left) / width,
    h: (bottom - top) / height,
  };
}
