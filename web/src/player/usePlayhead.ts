import { createContext, useContext, useSyncExternalStore } from "react";
import type { Playhead, PlayState } from "./playhead";

/** The clock of the page: each page that plays makes one and gives it to what it holds. */
export const PlayheadContext = createContext<Playhead | null>(null);

/** The page's clock, for seeking and for drawing without React. Throws where there is none. */
export function useClock(): Playhead {
  const clock = useContext(PlayheadContext);
  if (clock === null) throw new Error("There is no PlayheadContext around this component");
  return clock;
}

/**
 * Something that depends on the time: renders again only when `select` gives another value, so a
 * component that shows the current word renders once a word and not once a frame.
 *
 * `select` must give a plain value (number, string, boolean): it runs on every frame.
 */
export function usePlayhead<T extends number | string | boolean | null>(
  select: (time: number) => T,
): T {
  const clock = useClock();
  return useSyncExternalStore(clock.onTime, () => select(clock.time));
}

/** Whether it plays, how fast, how loud. */
export function usePlayState(): PlayState {
  const clock = useClock();
  return useSyncExternalStore(clock.onState, clock.getState);
}
