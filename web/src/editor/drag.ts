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

/**
 * Follows a pointer from its press to its release, by mouse, pen or finger: one gesture of the
 * history. Escape, or a press that the browser takes over (scrolling, say), abandons it.
 */
export function drag(event: ReactPointerEvent<Element>, { label, move, click, done }: Drag): void {
  if (event.button !== 0) return;
  const element = event.currentTarget;
  const { pointerId, clientX, clientY } = event;
  const abort = new AbortController();
  const { signal } = abort;
  let dragging = false;
  element.setPointerCapture(pointerId);
  event.stopPropagation();

  function finish(abandoned: boolean): void {
    abort.abort();
    if (dragging && label !== undefined) {
      if (abandoned) gesture.abandon();
      else void gesture.end();
    }
    if (!dragging && !abandoned) click?.();
    done?.(abandoned);
  }

  function onMove(moved: PointerEvent): void {
    if (moved.pointerId !== pointerId) return;
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
