import { Fingers } from "./fingers";
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
 * gives up what is being marked, and so does a release that this page was not told of. Returns
 * how to stop listening.
 */
export function listenToGestures(
  element: HTMLElement,
  viewport: Viewport,
  lanes: () => readonly Lane[],
  doings: () => Doings,
): () => void {
  const fingers = new Fingers();
  let drag: Drag | null = null;

  const timeOf = (x: number) => xToTime(x, viewport.view, element.clientWidth);
  const slack = () => (3 / element.clientWidth) * length(viewport.view);
  const within = (time: number) => Math.min(viewport.duration, Math.max(0, time));

  function place(event: PointerEvent | WheelEvent): { x: number; y: number } {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    const { x, y } = place(event);
    fingers.down(event.pointerId, x);
    if (fingers.count > 1) {
      abandon();
      drag = { mode: "pinch", lane: undefined, x, time: 0, moved: true };
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
    // Let go where this page did not hear of it: over another window, or under a menu.
    if ((event.buttons & 1) === 0 && fingers.lift(event.pointerId)) abandon();
    const before = fingers.at(event.pointerId);
    const { x, y } = place(event);
    if (drag === null) {
      const words = doings().words(laneAt(lanes(), y), timeOf(x), slack());
      if (element.title !== words) element.title = words;
    }
    if (drag === null || before === undefined) return;
    const pinch = fingers.move(event.pointerId, x);
    if (pinch !== null) {
      viewport.zoom(pinch.factor, timeOf(pinch.middle));
      along(pinch.moved);
      return;
    }
    if (!drag.moved && Math.abs(x - drag.x) < PRESS) return;
    drag.moved = true;
    if (drag.mode === "scrub") doings().seek(within(timeOf(x)));
    else if (drag.mode === "mark") doings().draft(range(drag.time, timeOf(x)));
    // What is left of two fingers drags along what they have zoomed.
    else along(x - before);
  }

  /** Drags the view along by so many pixels. */
  function along(pixels: number): void {
    viewport.pan((-pixels / element.clientWidth) * length(viewport.view));
  }

  function range(one: number, two: number): { start: number; end: number } {
    return { start: within(Math.min(one, two)), end: within(Math.max(one, two)) };
  }

  function up(event: PointerEvent): void {
    if (!fingers.lift(event.pointerId) || drag === null) return;
    const ended = drag;
    if (fingers.count > 0) return;
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
    fingers.lift(event.pointerId);
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
