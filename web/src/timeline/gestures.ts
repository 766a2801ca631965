import { type Lane, laneAt } from "./lanes";
import { length, wheelFactor, xToTime } from "./scale";
import type { Viewport } from "./viewport";

/** Pixels that a pointer may move and still be a press. */
const PRESS = 4;

/** What gestures on the timeline mean to its owner. Times are seconds of the recording. */
export interface Doings {
  seek: (time: number) => void;
  /** A press in the moments' lane: says whether there was a moment to choose. */
  choose: (time: number, slack: number) => boolean;
  /** Whether a moment lies there, which a drag must not begin a new one on. */
  taken: (time: number, slack: number) => boolean;
  /** What a pointer is on, in words; empty for nothing in particular. */
  words: (lane: Lane | undefined, time: number, slack: number) => string;
  /** A range that is being marked; null when it was given up. */
  draft: (range: { start: number; end: number } | null) => void;
  mark: (start: number, end: number) => void;
}

type Mode = "scrub" | "pan" | "mark" | "pinch";

interface Drag {
  mode: Mode;
  lane: Lane | undefined;
  x: number;
  time: number;
  moved: boolean;
}

/**
 * Pointer, touch and wheel on the timeline: the ruler seeks, the moments' lane chooses and marks,
 * everything else is dragged along; a wheel and two fingers zoom around where they are. Escape
 * gives up what is being marked. Returns how to stop listening.
 */
export function listenToGestures(
  element: HTMLElement,
  viewport: Viewport,
  lanes: () => readonly Lane[],
  doings: () => Doings,
): () => void {
  const pointers = new Map<number, number>();
  let drag: Drag | null = null;
  let pinch = 0;

  const timeOf = (x: number) => xToTime(x, viewport.view, element.clientWidth);
  const slack = () => (3 / element.clientWidth) * length(viewport.view);
  const within = (time: number) => Math.min(viewport.duration, Math.max(0, time));

  function place(event: PointerEvent | WheelEvent): { x: number; y: number } {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function apart(): number {
    const [one, two] = [...pointers.values()];
    return one === undefined || two === undefined ? 0 : Math.max(20, Math.abs(one - two));
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    const { x, y } = place(event);
    pointers.set(event.pointerId, x);
    if (pointers.size === 2) {
      if (drag?.mode === "mark") doings().draft(null);
      drag = { mode: "pinch", lane: undefined, x, time: 0, moved: true };
      pinch = apart();
      return;
    }
    const lane = laneAt(lanes(), y);
    const time = timeOf(x);
    const free = lane?.kind === "moments" && !doings().taken(time, slack());
    const mode = lane?.kind === "ruler" ? "scrub" : free ? "mark" : "pan";
    drag = { mode, lane, x, time, moved: false };
    if (mode === "scrub") doings().seek(within(time));
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    const { x, y } = place(event);
    if (drag === null) {
      const words = doings().words(laneAt(lanes(), y), timeOf(x), slack());
      if (element.title !== words) element.title = words;
    }
    if (drag === null || before === undefined) return;
    pointers.set(event.pointerId, x);
    if (drag.mode === "pinch") {
      const now = apart();
      const middle = [...pointers.values()].reduce((sum, one) => sum + one, 0) / pointers.size;
      viewport.zoom(pinch / now, timeOf(middle));
      pinch = now;
      return;
    }
    if (!drag.moved && Math.abs(x - drag.x) < PRESS) return;
    drag.moved = true;
    if (drag.mode === "scrub") doings().seek(within(timeOf(x)));
    else if (drag.mode === "pan") {
      viewport.pan(((before - x) / element.clientWidth) * length(viewport.view));
    } else doings().draft(range(drag.time, timeOf(x)));
  }

  function range(one: number, two: number): { start: number; end: number } {
    return { start: within(Math.min(one, two)), end: within(Math.max(one, two)) };
  }

  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId) || drag === null) return;
    const ended = drag;
    if (pointers.size > 0) return;
    drag = null;
    const { x } = place(event);
    if (ended.mode === "mark" && ended.moved) {
      doings().draft(null);
      const { start, end } = range(ended.time, timeOf(x));
      doings().mark(start, end);
    } else if (!ended.moved && ended.mode !== "scrub") {
      const chosen = ended.lane?.kind === "moments" && doings().choose(ended.time, slack());
      if (!chosen) doings().seek(within(ended.time));
    }
  }

  function cancel(event: PointerEvent): void {
    pointers.delete(event.pointerId);
    abandon();
  }

  function abandon(): void {
    if (drag?.mode === "mark") doings().draft(null);
    drag = null;
  }

  function key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || drag === null) return;
    event.stopPropagation();
    abandon();
  }

  function wheel(event: WheelEvent): void {
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) {
      viewport.pan((sideways / element.clientWidth) * length(viewport.view));
      return;
    }
    viewport.zoom(wheelFactor(event.deltaY, event.deltaMode), timeOf(place(event).x));
  }

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", cancel);
  element.addEventListener("wheel", wheel, { passive: false });
  window.addEventListener("keydown", key, { capture: true });
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", cancel);
    element.removeEventListener("wheel", wheel);
    window.removeEventListener("keydown", key, { capture: true });
  };
}
