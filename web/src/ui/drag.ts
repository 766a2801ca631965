import type { PointerEvent as ReactPointerEvent } from "react";
import { gesture } from "../store/history";

/** How far a pointer goes, in CSS pixels, before a press becomes a drag. */
const THRESHOLD = 3;

interface Drag {
  /** The step's name in the history; without one, the drag changes no clip. */
  label?: string;
  /** Pixels since the press; `event` tells which modifiers are held. */
  move: (dx: number, dy: number, event: PointerEvent) => void;
  /** What a press without a drag means. */
  click?: () => void;
  /** Called once at the end, whatever it was. */
  done?: (abandoned: boolean) => void;
}

/** Ends the drag that is under way: one at a time, or two fingers would pull two things at once. */
let lost: (() => void) | null = null;

/**
 * Follows a pointer from its press to its release, by mouse, pen or finger: one gesture of the
 * history. Escape, or a press that the browser takes over (scrolling, say), abandons it. A release
 * that the page is not told of, over another window say, ends it where it was last seen.
 */
export function drag(event: ReactPointerEvent<Element>, { label, move, click, done }: Drag): void {
  if (event.button !== 0) return;
  if (lost !== null && !event.isPrimary) return;
  lost?.(); // Its release was never seen: a pointer that comes first has no other beside it.
  const element = event.currentTarget;
  const { pointerId, clientX, clientY } = event;
  const abort = new AbortController();
  const { signal } = abort;
  let dragging = false;
  const lose = () => finish(!dragging);
  lost = lose;
  element.setPointerCapture(pointerId);
  event.stopPropagation();

  function finish(abandoned: boolean): void {
    abort.abort();
    lost = null;
    if (dragging && label !== undefined) {
      if (abandoned) gesture.abandon();
      else void gesture.end();
    }
    if (!dragging && !abandoned) click?.();
    done?.(abandoned);
  }

  function onMove(moved: PointerEvent): void {
    if (moved.pointerId !== pointerId) return;
    if ((moved.buttons & 1) === 0) {
      lose();
      return;
    }
    const [dx, dy] = [moved.clientX - clientX, moved.clientY - clientY];
    if (!dragging) {
      if (Math.hypot(dx, dy) < THRESHOLD) return;
      dragging = true;
      if (label !== undefined) gesture.begin(label);
    }
    move(dx, dy, moved);
  }

  function onKey(pressed: KeyboardEvent): void {
    if (pressed.key !== "Escape") return;
    pressed.preventDefault();
    pressed.stopPropagation();
    finish(true);
  }

  // On the window: an element that goes away under the pointer must not leave its drag behind.
  const mine = (ended: PointerEvent) => ended.pointerId === pointerId;
  window.addEventListener("pointermove", onMove, { signal });
  window.addEventListener("pointerup", (ended) => mine(ended) && finish(false), { signal });
  window.addEventListener("pointercancel", (ended) => mine(ended) && finish(true), { signal });
  window.addEventListener("keydown", onKey, { capture: true, signal });
}
