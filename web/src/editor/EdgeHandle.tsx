import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { gesture } from "../store/history";
import { timeToX, xToTime } from "../timeline/scale";
import type { Viewport } from "../timeline/viewport";
import { drag } from "../ui/drag";
import { moment } from "./clashWords";
import { useEditor } from "./context";
import { snapped } from "./spans";

/** How near a handle has to come to a word's edge, in CSS pixels. */
const SNAP = 8;

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

/** What a handle moves, and how. */
interface Edge {
  /** `trim-start`, `cut-end`, `keyframe-handle`: how tests find it. */
  name: string;
  className: string;
  /** What it is, for those who cannot see it. */
  label: string;
  title?: string | undefined;
  /** The step's name in the history. */
  step: string;
  time: number;
  viewport: Viewport;
  /** Times that it snaps to. */
  marks: readonly number[];
  /** Puts it at a time, or as near as it can go, within a gesture. */
  onMove: (time: number) => void;
  /** It was pressed, or came into focus. */
  onTake?: () => void;
  /** A move was given up: it is where it was. */
  onGiveUp?: () => void;
}

/**
 * A moment on the clip's timeline that can be moved: drag it, or move it by frames with the
 * arrows. Alt drags without snapping, Escape gives a move up. A drag, and a key that is held, is
 * one step of the history.
 */
export function EdgeHandle(edge: Edge) {
  const { name, className, label, title, step, time, viewport, marks } = edge;
  const { onMove, onTake, onGiveUp } = edge;
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
      click: () => onTake?.(),
      move: (dx, _dy, { altKey }) => {
        const to = xToTime(x + dx, viewport.view, width);
        const reach = xToTime(SNAP, viewport.view, width) - viewport.view.start;
        onMove(altKey ? to : snapped(to, marks, reach));
      },
      done: (abandoned) => abandoned && onGiveUp?.(),
    });
  }

  function press(event: KeyboardEvent): void {
    if (event.key === "Escape" && gesture.active()) {
      event.stopPropagation();
      gesture.abandon();
      onGiveUp?.();
      return;
    }
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
      className={className}
      role="slider"
      tabIndex={0}
      title={title}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(vod.duration ?? 0, time)}
      aria-valuenow={time}
      aria-valuetext={moment(time)}
      data-testid={name}
      onPointerDown={pull}
      onFocus={onTake}
      onKeyDown={press}
      onKeyUp={(event) => event.key in STEPS && void gesture.end()}
      onBlur={() => void gesture.end()}
    />
  );
}
