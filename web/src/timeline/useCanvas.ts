import { type RefObject, useCallback, useEffect, useRef } from "react";
import { inks, onInks } from "./inks";
import type { Surface } from "./paint";
import type { View } from "./scale";

interface Canvas {
  ref: RefObject<HTMLCanvasElement | null>;
  /** Draws once more, in the next animation frame, however often it is asked for. */
  redraw: () => void;
}

/**
 * A canvas of its element's size in device pixels, drawn by `draw` when its size or the theme
 * changes and whenever `redraw` is called: never more than once in a frame.
 */
export function useCanvas(getView: () => View, draw: (surface: Surface) => void): Canvas {
  const ref = useRef<HTMLCanvasElement>(null);
  const frame = useRef(0);
  const latest = useRef(draw);
  const size = useRef({ width: 0, height: 0 });

  const paint = useCallback(() => {
    frame.current = 0;
    const canvas = ref.current;
    const ctx = canvas?.getContext("2d");
    const { width, height } = size.current;
    if (!canvas || !ctx || width === 0 || height === 0) return;
    const dpr = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * dpr), Math.round(height * dpr)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, width, height);
    latest.current({ ctx, view: getView(), width, dpr, inks: inks() });
  }, [getView]);

  const redraw = useCallback(() => {
    if (frame.current === 0) frame.current = requestAnimationFrame(paint);
  }, [paint]);

  useEffect(() => {
    latest.current = draw;
    redraw();
  });

  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      size.current = { width: entry.contentRect.width, height: entry.contentRect.height };
      // In this frame: a canvas that was stretched for one frame would flicker.
      paint();
    });
    observer.observe(canvas);
    const unwatch = onInks(redraw);
    return () => {
      observer.disconnect();
      unwatch();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [paint, redraw]);

  return { ref, redraw };
}
