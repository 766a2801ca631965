/** How many bytes had been sent at a moment (milliseconds of any steady clock). */
export interface Sample {
  at: number;
  sent: number;
}

const WINDOW = 8_000;
const ENOUGH = 1_000;

/**
 * Adds a sample and drops those that are too old to tell today's speed. A count that went back
 * means that the upload resumed from further back: what came before says nothing then.
 */
export function sampled(samples: Sample[], next: Sample): Sample[] {
  if (next.sent < (samples.at(-1)?.sent ?? 0)) return [next];
  return [...samples.filter((one) => next.at - one.at <= WINDOW), next];
}

/** Bytes a second over the window, or null before there is a second's worth to judge by. */
export function rateOf(samples: Sample[]): number | null {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < ENOUGH) return null;
  return ((last.sent - first.sent) * 1000) / (last.at - first.at);
}
