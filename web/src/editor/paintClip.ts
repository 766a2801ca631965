import type { Cut, Keyframe } from "../api/types";
import { crisp, type Surface } from "../timeline/paint";
import { timeToX } from "../timeline/scale";
import { cutAt, firstAfter, type Span, type Word } from "./spans";

/** The lanes of the clip's timeline, in CSS pixels from its top. */
export const RULER = { top: 0, height: 20 };
export const SOUND = { top: 20, height: 62 };
export const WORDS = { top: 84, height: 22 };
export const HEIGHT = 108;

/** Darkens what the clip leaves out on either side. */
export function paintOutside(surface: Surface, clip: Span): void {
  const { ctx, view, width, inks } = surface;
  const left = timeToX(clip.start, view, width);
  const right = timeToX(clip.end, view, width);
  ctx.fillStyle = inks.ground;
  ctx.globalAlpha = 0.72;
  if (left > 0) ctx.fillRect(0, SOUND.top, left, HEIGHT - SOUND.top);
  if (right < width) ctx.fillRect(right, SOUND.top, width - right, HEIGHT - SOUND.top);
  ctx.globalAlpha = 1;
}

/** The clip's own stretch, behind everything. */
export function paintInside(surface: Surface, clip: Span): void {
  const { ctx, view, width, inks } = surface;
  const left = timeToX(clip.start, view, width);
  ctx.fillStyle = inks.ember;
  ctx.globalAlpha = 0.09;
  ctx.fillRect(left, SOUND.top, timeToX(clip.end, view, width) - left, SOUND.height);
  ctx.globalAlpha = 1;
}

/** What is cut out: hatched, and framed where it is selected. */
export function paintCutOut(surface: Surface, cuts: readonly Cut[], selected: Span | null): void {
  const { ctx, view, width, inks } = surface;
  for (const cut of cuts) {
    const left = timeToX(cut.start, view, width);
    const right = timeToX(cut.end, view, width);
    if (right < 0 || left > width) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, SOUND.top, Math.max(2, right - left), HEIGHT - SOUND.top);
    ctx.fillStyle = inks.plate;
    ctx.globalAlpha = 0.82;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.clip();
    ctx.strokeStyle = inks.soft;
    ctx.lineWidth = 1;
    ctx.globalAlpha = 0.6;
    ctx.beginPath();
    for (let x = left - HEIGHT - (left % 8); x < right; x += 8) {
      ctx.moveTo(x, HEIGHT);
      ctx.lineTo(x + HEIGHT, 0);
    }
    ctx.stroke();
    ctx.restore();
    if (selected?.start === cut.start && selected.end === cut.end) {
      ctx.strokeStyle = inks.ember;
      ctx.lineWidth = 2;
      ctx.strokeRect(
        left + 1,
        SOUND.top + 1,
        Math.max(2, right - left - 2),
        HEIGHT - SOUND.top - 2,
      );
    }
  }
}

/** Words that follow each other within this, in seconds, are written as one line if need be. */
const FLOW = 0.4;

/**
 * The words where they are spoken. Where they have no room for themselves, what is said in one go
 * is written as one line, as much of it as fits.
 */
export function paintWords(
  surface: Surface,
  words: readonly Word[],
  cuts: readonly Cut[],
  selected: { low: number; high: number },
): void {
  const { ctx, view, width, inks } = surface;
  ctx.font = `11.5px ${inks.body}`;
  ctx.textBaseline = "middle";
  const last = firstAfter(words, view.end);
  let run: Placed[] = [];
  for (let place = Math.max(0, firstAfter(words, view.start) - 1); place < last; place++) {
    const word = words[place];
    if (word === undefined) continue;
    const left = crisp(surface, word.start);
    const room = Math.max(1, timeToX(word.end, view, width) - left - 1);
    const chosen = place >= selected.low && place <= selected.high;
    ctx.fillStyle = chosen ? inks.ember : inks.line;
    ctx.globalAlpha = chosen ? 0.45 : 0.7;
    ctx.fillRect(left, WORDS.top + 2, room, WORDS.height - 4);
    const cut = cutAt(cuts, (word.start + word.end) / 2) !== undefined;
    const before = run.at(-1);
    if (before !== undefined && (word.start - before.word.end > FLOW || before.cut !== cut)) {
      writeRun(surface, run);
      run = [];
    }
    run.push({ word, left, room, cut });
  }
  writeRun(surface, run);
  ctx.globalAlpha = 1;
}

interface Placed {
  word: Word;
  left: number;
  room: number;
  cut: boolean;
}

function writeRun({ ctx, inks }: Surface, run: readonly Placed[]): void {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return;
  const middle = WORDS.top + WORDS.height / 2;
  ctx.fillStyle = inks.ink;
  ctx.globalAlpha = first.cut ? 0.45 : 1;
  const fits = ({ word, room }: Placed) => ctx.measureText(word.text).width <= room - 4;
  if (run.filter(fits).length > 0.6 * run.length) {
    for (const { word, left, room } of run) {
      ctx.fillText(shortened(ctx, word.text, room - 4), left + 3, middle);
    }
    return;
  }
  const text = run.map(({ word }) => word.text).join(" ");
  ctx.fillText(
    shortened(ctx, text, last.left + last.room - first.left - 5),
    first.left + 3,
    middle,
  );
}

/** A text, or as much of it as fits into a width with an ellipsis; nothing where that says little. */
function shortened(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low < 2 ? "" : `${text.slice(0, low).trimEnd()}…`;
}

/** A line where each keyframe is; its diamond is a handle over the canvas. */
export function paintKeyframes(
  surface: Surface,
  keyframes: readonly Keyframe[],
  selected: number | null,
): void {
  const { ctx, inks } = surface;
  for (const { at } of keyframes) {
    ctx.fillStyle = at === selected ? inks.ember : inks.emberText;
    ctx.globalAlpha = at === selected ? 0.9 : 0.5;
    ctx.fillRect(crisp(surface, at), RULER.height, 1, HEIGHT - RULER.height);
  }
  ctx.globalAlpha = 1;
}

/** Where a cut was begun: it ends at the playhead, or wherever S is pressed. */
export function paintMark(surface: Surface, mark: number): void {
  const { ctx, inks } = surface;
  ctx.fillStyle = inks.ember;
  ctx.fillRect(crisp(surface, mark) - 1, SOUND.top, 2, HEIGHT - SOUND.top);
}
