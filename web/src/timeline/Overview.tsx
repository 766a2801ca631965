import { useEffect, useMemo, useRef } from "react";
import type { Clip } from "../api/types";
import { drag } from "../ui/drag";
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

  /** A press seeks, a drag moves what is shown; given up, it shows again what it did. */
  function press(event: React.PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const { view } = viewport;
    const begin = xToTime(event.clientX - box.left, whole, box.width);
    const inside = begin >= view.start && begin <= view.end;
    // A frame that is not under the pointer comes to it first.
    const grip = inside ? begin - view.start : length(view) / 2;
    drag(event, {
      move: (dx) => {
        const start = begin + (dx / box.width) * length(whole) - grip;
        viewport.show({ start, end: start + length(viewport.view) });
      },
      click: () => {
        onSeek(begin);
        if (!inside) viewport.show({ start: begin - grip, end: begin - grip + length(view) });
      },
      done: (abandoned) => abandoned && viewport.show(view),
    });
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
