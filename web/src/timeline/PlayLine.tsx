import { useEffect, useRef } from "react";
import { useClock } from "../player/usePlayhead";
import { timeToX, type View } from "./scale";

interface Props {
  getView: () => View;
  /** Tells when the view has changed. */
  onView: (listener: () => void) => () => void;
}

/**
 * The line at the playing time. It is an element of its own over the canvas, moved by the
 * compositor: sixty times a second nothing else has to be drawn.
 */
export function PlayLine({ getView, onView }: Props) {
  const clock = useClock();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const line = element.current;
    const frame = line?.parentElement;
    if (!line || !frame) return;
    let width = frame.clientWidth;
    function place(): void {
      if (line === null) return;
      const x = timeToX(clock.time, getView(), width);
      const inside = x >= -1 && x <= width + 1;
      line.style.visibility = inside ? "visible" : "hidden";
      if (inside) line.style.transform = `translateX(${x}px)`;
    }
    const observer = new ResizeObserver(() => {
      width = frame.clientWidth;
      place();
    });
    observer.observe(frame);
    const stops = [clock.onTime(place), onView(place)];
    place();
    return () => {
      observer.disconnect();
      for (const stop of stops) stop();
    };
  }, [clock, getView, onView]);
  return <div ref={element} className="playline" aria-hidden="true" />;
}
