import { useEffect } from "react";
import type { Playhead } from "../player/playhead";
import { playable, type Span } from "./spans";

/** Plays the clip as it will be: over what is cut, and from its end to its start again. */
export function usePlayback(clock: Playhead, spans: readonly Span[]): void {
  useEffect(() => {
    const [first, last] = [spans[0], spans.at(-1)];
    if (first === undefined || last === undefined) {
      clock.setLoop(null);
      return;
    }
    clock.setLoop({ start: first.start, end: last.end });
    const skip = () => {
      const { playing, rate } = clock.getState();
      const { time } = clock;
      // Who looks around outside of the clip, or runs backwards, is left alone.
      if (!playing || rate < 0 || time < first.start || time >= last.end) return;
      const next = playable(spans, time);
      if (next - time > 1e-3) clock.seek(next);
    };
    return clock.onTime(skip);
  }, [clock, spans]);
}
