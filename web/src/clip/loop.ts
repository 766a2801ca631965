/** A stretch of the recording, in seconds. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Where playback must jump to stay inside a clip, or null when it may go on.
 *
 * Only playback that runs over the end comes back: someone who has sought out of the clip by hand
 * (`previous` is outside then) wants to look around, and is left alone.
 */
export function loopTarget(previous: number, now: number, clip: Stretch): number | null {
  const wasInside = previous >= clip.start && previous < clip.end;
  return wasInside && now >= clip.end ? clip.start : null;
}

/** The recording's time `step` seconds from `now`, inside the recording. */
export function nudged(now: number, step: number, duration: number): number {
  const longest = Number.isFinite(duration) ? duration : Number.MAX_VALUE;
  return Math.min(longest, Math.max(0, now + step));
}
