import { useEffect, useMemo, useRef } from "react";
import type { Clip } from "../api/types";
import { heat } from "../ui/format";
import { PlayLine } from "./PlayLine";
import { paintCurve, type Surface } from "./paint";
import { length, timeToX, type View, xToTime } from "./scale";
import { useCanvas } from "./useCanvas";
import type { Viewport } from "./viewport";

interface Props {
  viewport: Viewport;
  clips: readonly Clip[];
  highlight: readonly number[];
  onSeek: (time: number) => void;
}

const never = () => () => {};
const TALL = 30;

/** The whole recording in one strip; the frame on it is what the track below shows. */
export function Overview({ viewport, clips, highlight, onSeek }: Props) {
  const whole = useMemo<View>(() => ({ start: 0, end: viewport.duration }), [viewport]);
  const getWhole = useMemo(() => () => whole, [whole]);
  const canvas = useCanvas(getWhole, (surface) => paint(surface, clips, highlight));
  const frame = useRef<HTMLDivElement>(null);

  useEffect(() => {
    function place(): void {
      const { view } = viewport;
      if (frame.current === null) return;
      frame.current.style.left = `${(100 * view.start) / whole.end}%`;
      frame.current.style.width = `${(100 * length(view)) / whole.end}%`;
    }
    place();
    return viewport.onChange(place);
  }, [viewport, whole]);

  /** A press seeks, a drag moves what is shown. */
  function press(event: React.PointerEvent<HTMLDivElement>): void {
    if (event.button !== 0) return;
    const strip = event.currentTarget;
    strip.setPointerCapture(event.pointerId);
    const box = strip.getBoundingClientRect();
    const at = (x: number) => xToTime(x - box.left, whole, box.width);
    const begin = at(event.clientX);
    const { view } = viewport;
    const inside = begin >= view.start && begin <= view.end;
    // A frame that is not under the pointer comes to it first.
    const grip = inside ? begin - view.start : length(view) / 2;
    let moved = false;
    function move(step: PointerEvent): void {
      if (!moved && Math.abs(step.clientX - event.clientX) < 4) return;
      moved = true;
      const start = at(step.clientX) - grip;
      viewport.show({ start, end: start + length(viewport.view) });
    }
    function done(): void {
      strip.removeEventListener("pointermove", move);
      strip.removeEventListener("pointerup", up);
      strip.removeEventListener("pointercancel", done);
    }
    function up(): void {
      done();
      if (moved) return;
      onSeek(begin);
      if (!inside) viewport.show({ start: begin - grip, end: begin - grip + length(view) });
    }
    strip.addEventListener("pointermove", move);
    strip.addEventListener("pointerup", up);
    strip.addEventListener("pointercancel", done);
  }

  return (
    <div className="overview" style={{ height: TALL }} onPointerDown={press} data-testid="overview">
      <canvas ref={canvas.ref} />
      <div ref={frame} className="overview-frame" aria-hidden="true" />
      <PlayLine getView={getWhole} onView={never} />
    </div>
  );
}

function paint(surface: Surface, clips: readonly Clip[], highlight: readonly number[]): void {
  const { ctx, view, width, inks } = surface;
  paintCurve(surface, { top: 0, height: TALL - 6 }, highlight, inks.ember);
  for (const clip of clips) {
    const x = timeToX(clip.start, view, width);
    const size = Math.max(2, timeToX(clip.end, view, width) - x);
    ctx.fillStyle = clip.state === "kept" ? inks.good : heat(clip.score);
    ctx.globalAlpha = clip.state === "skipped" ? 0.25 : 1;
    ctx.fillRect(x, TALL - 5, size, 5);
  }
  ctx.globalAlpha = 1;
}
