import { noAnswer } from "../api/failure";
import { AGAIN } from "./backoff";

interface Asking {
  /** Ends the asking: nothing is asked for any more, and the promise never settles. */
  signal?: AbortSignal;
  /** Told each time when there was no answer, before it is asked for again. */
  onSilence?: (thrown: unknown) => void;
}

/**
 * Asks for something until there is an answer, every five seconds. Rejects with a refusal: whoever
 * said no will say it again.
 */
export function untilAnswered<T>(
  ask: () => Promise<T>,
  { signal, onSilence }: Asking = {},
): Promise<T> {
  return new Promise((answered, refused) => {
    async function attempt(): Promise<void> {
      if (signal?.aborted) return;
      try {
        const answer = await ask();
        if (!signal?.aborted) answered(answer);
      } catch (thrown) {
        if (signal?.aborted) return;
        if (!noAnswer(thrown)) {
          refused(thrown);
          return;
        }
        onSilence?.(thrown);
        setTimeout(() => void attempt(), AGAIN);
      }
    }
    void attempt();
  });
}
