const FIRST = 500;
const LONGEST = 15_000;

/**
 * Milliseconds to wait before connection attempt `attempt` (0 for the first after a loss).
 *
 * Doubles from half a second to fifteen; `chance` in [0, 1) takes off up to half, so that several
 * open tabs do not come back in the same instant.
 */
export function backoff(attempt: number, chance: number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.max(0, attempt));
  return Math.round(whole * (1 - chance / 2));
}

/**
 * After so long, in milliseconds, what a page needs and got no answer about is asked for again:
 * what events name, words, waveforms. Nobody would ask for it otherwise.
 */
export const AGAIN = 5_000;
