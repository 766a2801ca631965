import type { Inks } from "./inks";
import type { Lane } from "./lanes";
import type { Peaks } from "./peaks";
import { columnsOf, firstFrom, length, ticksFor, timeToX, type View, xToTime } from "./scale";
import type { ThumbSheets } from "./thumbs";

/** A canvas as the painters see it: in CSS pixels, already cleared. */
export interface Surface {
  ctx: CanvasRenderingContext2D;
  view: View;
  width: number;
  /** Device pixels for a CSS pixel: thin lines lie on whole device pixels. */
  dpr: number;
  inks: Inks;
}

/** The place of a time, on a whole device pixel. */
export function crisp(surface: Surface, time: number): number {
  const x = timeToX(time, surface.view, surface.width);
  return Math.round(x * surface.dpr) / surface.dpr;
}

/** `1:02:33`, and below a second the frame too: `1:02:33:07`. */
function label(time: number, step: number, fps: number): string {
  const whole = Math.floor(time + 1e-6);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const clock = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  const seconds = `${clock}:${two(whole % 60)}`;
  return step >= 1 ? seconds : `${seconds}:${two(Math.round((time - whole) * fps))}`;
}

export function paintRuler(surface: Surface, lane: Lane, fps: number): void {
  const { ctx, view, width, inks } = surface;
  const { step, parts } = ticksFor(length(view) / width, 84, fps);
  ctx.font = `11px ${inks.body}`;
  ctx.textBaseline = "top";
  const bottom = lane.top + lane.height;
  const first = Math.floor(view.start / step);
  for (let count = first; count * step <= view.end; count++) {
    const x = crisp(surface, count * step);
    ctx.fillStyle = inks.soft;
    ctx.fillRect(x, lane.top + 2, 1, lane.height - 2);
    ctx.fillText(label(count * step, step, fps), x + 4, lane.top + 3);
    ctx.fillStyle = inks.line;
    for (let part = 1; part < parts; part++) {
      ctx.fillRect(crisp(surface, (count + part / parts) * step), bottom - 5, 1, 5);
    }
  }
}

export function paintThumbs(surface: Surface, lane: Lane, sheets: ThumbSheets): void {
  const { ctx, view, width } = surface;
  const across = sheets.widthAt(lane.height);
  const seconds = (across / width) * length(view);
  // Tiles hang on whole multiples of their own length, so that they don't swim under panning.
  const first = Math.floor(view.start / seconds);
  for (let count = first; count * seconds < view.end; count++) {
    const tile = sheets.tile((count + 0.5) * seconds);
    if (tile === null) continue;
    const x = timeToX(count * seconds, view, width);
    const { sheet, x: sx, y: sy, width: w, height: h } = tile;
    ctx.drawImage(sheet, sx, sy, w, h, x, lane.top, across, lane.height);
  }
}

/** Reused between frames, so that a wheel's turn leaves no garbage behind. */
let lows = new Int8Array(0);
let highs = new Int8Array(0);

export function paintSound(surface: Surface, lane: Lane, peaks: Peaks): void {
  const { ctx, view, width, dpr, inks } = surface;
  const columns = Math.max(1, Math.round(width * dpr));
  if (lows.length !== columns) {
    lows = new Int8Array(columns);
    highs = new Int8Array(columns);
  }
  if (!peaks.fill(view, lows, highs)) return;
  const middle = lane.top + lane.height / 2;
  const scale = (lane.height / 2 - 1) / Math.max(24, peaks.loudest);
  const path = new Path2D();
  for (let column = 0; column < columns; column++) {
    const top = Math.max(0.5, (highs[column] ?? 0) * scale);
    const bottom = Math.max(0.5, -(lows[column] ?? 0) * scale);
    path.rect(column / dpr, middle - top, 1 / dpr, top + bottom);
  }
  ctx.fillStyle = inks.soft;
  ctx.fill(path);
}

/** Lines at the cuts. Where they stand closer than three pixels, they become a haze. */
export function paintCuts(
  surface: Surface,
  top: number,
  height: number,
  cuts: readonly number[],
): void {
  const { ctx, view, width, inks } = surface;
  const from = firstFrom(cuts.length, (place) => cuts[place] ?? 0, view.start);
  const to = firstFrom(cuts.length, (place) => cuts[place] ?? 0, view.end);
  const dense = (to - from) * 3 > width;
  ctx.fillStyle = inks.ink;
  ctx.globalAlpha = dense ? 0.12 : 0.4;
  let last = Number.NEGATIVE_INFINITY;
  for (let place = from; place < to; place++) {
    const x = crisp(surface, cuts[place] ?? 0);
    if (x - last < 1) continue;
    last = x;
    ctx.fillRect(x, top, 1, height);
  }
  ctx.globalAlpha = 1;
}

/** A curve of one value a second, 0 to 1, as a filled shape. */
export function paintCurve(
  surface: Surface,
  lane: { top: number; height: number },
  values: readonly number[],
  colour: string,
): void {
  const { ctx, view, width, dpr } = surface;
  const columns = Math.max(1, Math.round((width * dpr) / 2));
  const tops = columnsOf(values, view, columns);
  const bottom = lane.top + lane.height;
  const end = timeToX(Math.min(view.end, values.length), view, width);
  const path = new Path2D();
  path.moveTo(0, bottom);
  for (let column = 0; column < columns; column++) {
    const x = ((column + 0.5) * width) / columns;
    if (x > end) break;
    path.lineTo(x, bottom - (tops[column] ?? 0) * (lane.height - 2));
  }
  path.lineTo(end, bottom);
  path.closePath();
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.55;
  ctx.fill(path);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.stroke(path);
}

/** A range that is being marked, over all lanes. */
export function paintDraft(surface: Surface, height: number, start: number, end: number): void {
  const { ctx, inks } = surface;
  const from = crisp(surface, Math.min(start, end));
  const to = crisp(surface, Math.max(start, end));
  ctx.fillStyle = inks.ember;
  ctx.globalAlpha = 0.18;
  ctx.fillRect(from, 0, to - from, height);
  ctx.globalAlpha = 1;
  ctx.fillRect(from, 0, 1.5, height);
  ctx.fillRect(to - 1.5, 0, 1.5, height);
}

/** The time under a pixel of a surface. */
export function timeAt(surface: Pick<Surface, "view" | "width">, x: number): number {
  return xToTime(x, surface.view, surface.width);
}
