import type { Clip } from "../api/types";
import { titleOf } from "../clip/titleOf";
import { heat } from "../ui/format";
import type { Lane } from "./lanes";
import type { Surface } from "./paint";
import { inView, timeToX } from "./scale";

export interface Block {
  start: number;
  end: number;
}

/** Spans of one colour, merged where they fall on the same pixels. */
export function paintSpans(
  surface: Surface,
  lane: { top: number; height: number },
  spans: readonly Block[],
  longest: number,
  colour: string,
): void {
  const { ctx, view, width } = surface;
  const [from, to] = inView(spans, view, longest);
  ctx.fillStyle = colour;
  let reached = Number.NEGATIVE_INFINITY;
  for (let place = from; place < to; place++) {
    const span = spans[place];
    if (span === undefined) continue;
    const left = Math.max(reached, timeToX(span.start, view, width), 0);
    const right = Math.min(width, Math.max(left + 1, timeToX(span.end, view, width)));
    if (right <= reached || right <= left) continue;
    ctx.fillRect(left, lane.top, right - left, lane.height);
    reached = right;
  }
}

function paintMoment(surface: Surface, lane: Lane, clip: Clip, selected: boolean): void {
  const { ctx, view, width, inks } = surface;
  const left = timeToX(clip.start, view, width);
  const size = Math.max(3, timeToX(clip.end, view, width) - left);
  const top = lane.top + 1;
  const height = lane.height - 2;
  const round = Math.min(4, size / 3);
  ctx.beginPath();
  ctx.roundRect(left, top, size, height, round);
  ctx.globalAlpha = clip.state === "skipped" ? 0.25 : 1;
  ctx.fillStyle = clip.score > 0 ? heat(clip.score) : inks.good;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (clip.state === "kept") {
    ctx.fillStyle = inks.good;
    ctx.fillRect(left, top + height - 4, size, 4);
  }
  if (selected) {
    ctx.strokeStyle = inks.ink;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
  if (size > 54 && clip.state !== "skipped") {
    ctx.save();
    ctx.clip();
    ctx.fillStyle = "#1b0e05"; // Dark on every heat, in both themes.
    ctx.fillText(titleOf(clip), Math.max(left, 0) + 6, top + height / 2);
    ctx.restore();
  }
}

/** The moments as blocks in the heat of their score. `clips` are sorted by their start. */
export function paintMoments(
  surface: Surface,
  lane: Lane,
  clips: readonly Clip[],
  longest: number,
  selected: string | null,
): void {
  const { ctx, view, inks } = surface;
  const [from, to] = inView(clips, view, longest);
  ctx.font = `600 11px ${inks.body}`;
  ctx.textBaseline = "middle";
  let chosen: Clip | undefined;
  for (let place = from; place < to; place++) {
    const clip = clips[place];
    if (clip === undefined) continue;
    if (clip.id === selected) chosen = clip;
    else paintMoment(surface, lane, clip, false);
  }
  if (chosen !== undefined) paintMoment(surface, lane, chosen, true);
}
