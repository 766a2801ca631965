import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import type { Cut } from "../api/types";
import { gesture } from "../store/history";
import { timeToX, xToTime } from "../timeline/scale";
import type { Viewport } from "../timeline/viewport";
import { moment } from "./clashWords";
import { going, useEditor } from "./context";
import { drag } from "./drag";
import { movedCut, snapped } from "./spans";

/** The shortest clip that the server takes, in seconds. */
export const SHORTEST = 0.5;
/** How near a handle has to come to a word's edge, in CSS pixels. */
const SNAP = 8;

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

/** What a handle moves, and how. */
interface Edge {
  /** `trim-start`, `cut-end`: also its class. */
  name: string;
  /** What it is, for those who cannot see it. */
  label: string;
  /** The step's name in the history. */
  step: string;
  time: number;
  viewport: Viewport;
  /** Times that it snaps to. */
  marks: readonly number[];
  /** Puts it at a time, or as near as it can go, within a gesture. */
  onMove: (time: number) => void;
}

/** An edge in time: drag it, or move it by frames with the arrows. Alt drags without snapping. */
function EdgeHandle({ name, label, step, time, viewport, marks, onMove }: Edge) {
  const { vod } = useEditor();
  const element = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const handle = element.current;
    const frame = handle?.parentElement;
    if (!handle || !frame) return;
    const place = () => {
      const x = timeToX(time, viewport.view, frame.clientWidth);
      handle.style.transform = `translateX(${x}px)`;
      handle.style.visibility = x < -12 || x > frame.clientWidth + 12 ? "hidden" : "visible";
    };
    const observer = new ResizeObserver(place);
    observer.observe(frame);
    const stop = viewport.onChange(place);
    place();
    return () => {
      observer.disconnect();
      stop();
    };
  }, [time, viewport]);

  function pull(event: PointerEvent<HTMLDivElement>): void {
    const width = element.current?.parentElement?.clientWidth ?? 1;
    const x = timeToX(time, viewport.view, width);
    event.currentTarget.focus({ preventScroll: true });
    drag(event, {
      label: step,
      move: (dx, _dy, { altKey }) => {
        const to = xToTime(x + dx, viewport.view, width);
        const reach = xToTime(SNAP, viewport.view, width) - viewport.view.start;
        onMove(altKey ? to : snapped(to, marks, reach));
      },
    });
  }

  function press(event: KeyboardEvent): void {
    const frames = STEPS[event.key];
    if (frames === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!gesture.active()) gesture.begin(step);
    onMove(time + (frames * (event.shiftKey ? 10 : 1)) / (vod.fps ?? 30));
  }

  return (
    <div
      ref={element}
      className={`trim ${name}`}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(vod.duration ?? 0, time)}
      aria-valuenow={time}
      aria-valuetext={moment(time)}
      data-testid={name}
      onPointerDown={pull}
      onKeyDown={press}
      onKeyUp={(event) => event.key in STEPS && void gesture.end()}
      onBlur={() => void gesture.end()}
    />
  );
}

interface Props {
  side: "start" | "end";
  viewport: Viewport;
  marks: readonly number[];
}

/** An edge of the clip. The picture follows it: the first frame that is in, or the last one. */
export function TrimHandle({ side, viewport, marks }: Props) {
  const { clip, clock, vod } = useEditor();
  const duration = vod.duration ?? Number.MAX_VALUE;
  return (
    <EdgeHandle
      name={`trim-${side}`}
      label={side === "start" ? "Start of the clip" : "End of the clip"}
      step={side === "start" ? "Trim the start" : "Trim the end"}
      time={clip[side]}
      viewport={viewport}
      marks={marks}
      onMove={(to) => {
        const next =
          side === "start"
            ? Math.min(Math.max(0, to), clip.end - SHORTEST)
            : Math.max(Math.min(duration, to), clip.start + SHORTEST);
        going(clip.id, (draft) => {
          draft[side] = next;
        });
        clock.seek(side === "start" ? next : Math.max(0, next - 0.02));
      }}
    />
  );
}

/** An edge of the selected cut. The picture follows it: the last frame before it, the first after. */
export function CutHandle({ side, viewport, marks, cut }: Props & { cut: Cut }) {
  const { clip, clock, select } = useEditor();
  return (
    <EdgeHandle
      name={`cut-${side}`}
      label={side === "start" ? "Start of the selected cut" : "End of the selected cut"}
      step="Move the edge of a cut"
      time={cut[side]}
      viewport={viewport}
      marks={marks}
      onMove={(to) => {
        const { cuts, cut: next } = movedCut(clip, cut, side, to);
        going(clip.id, (draft) => {
          draft.cuts = cuts;
        });
        select({ kind: "cut", start: next.start, end: next.end });
        clock.seek(side === "start" ? Math.max(0, next.start - 0.02) : next.end);
      }}
    />
  );
}
