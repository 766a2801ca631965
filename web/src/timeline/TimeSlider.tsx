import { type ReactNode, useEffect, useRef } from "react";
import { useClock } from "../player/usePlayhead";
import { span } from "../ui/format";

interface Props {
  duration: number;
  /** What the timeline shows, in words. */
  description: string;
  children: ReactNode;
}

/** `1 h 02 min 33 s` for a screen reader, which reads `1:02:33` as it likes. */
function spoken(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const parts = [hours > 0 ? `${hours} h` : "", minutes > 0 ? `${minutes} min` : ""];
  return [...parts, `${whole % 60} s`].filter(Boolean).join(" ");
}

/**
 * The timeline for those who do not see it: a slider over the recording, with what is on it in
 * words. Its value follows the clock once a second, without rendering anything.
 */
export function TimeSlider({ duration, description, children }: Props) {
  const clock = useClock();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let shown = -1;
    function tell(): void {
      const second = Math.floor(clock.time);
      if (second === shown || element.current === null) return;
      shown = second;
      element.current.setAttribute("aria-valuenow", String(second));
      element.current.setAttribute("aria-valuetext", `${spoken(second)} of ${span(duration)}`);
    }
    tell();
    return clock.onTime(tell);
  }, [clock, duration]);

  return (
    <div
      ref={element}
      className="timeline-slider"
      role="slider"
      tabIndex={0}
      aria-label="Timeline"
      aria-describedby="timeline-words"
      aria-valuemin={0}
      aria-valuemax={Math.floor(duration)}
      aria-valuenow={0}
      data-testid="timeline"
    >
      <p id="timeline-words" className="visually-hidden">
        {description}
      </p>
      {children}
    </div>
  );
}
