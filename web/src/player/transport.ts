/** The arithmetic of playing: bounds, shuttle speeds, and times in frames. */

/** A time inside a recording; `duration` 0 means that its end is not known. */
export function clamped(seconds: number, duration: number): number {
  const longest = duration > 0 ? duration : Number.MAX_VALUE;
  return Math.min(longest, Math.max(0, seconds));
}

const FASTEST = 8;

/**
 * The speed after J (`-1`) or L (`1`): from standing or the other way, normal speed that way; the
 * same way again, twice the speed, up to eight times. `rate` is 0 while nothing plays.
 */
export function shuttleRate(rate: number, direction: 1 | -1): number {
  if (rate * direction <= 0) return direction;
  return direction * Math.min(FASTEST, Math.max(1, Math.abs(rate)) * 2);
}

/**
 * Where a picture that runs backwards is after `elapsed` seconds. An animation frame that comes
 * late (a hidden tab) counts as a tenth of a second, so that nothing jumps.
 */
export function backwards(time: number, rate: number, elapsed: number): number {
  return Math.max(0, time + rate * Math.min(0.1, elapsed));
}

/** The number of the picture that is shown at a time; a hair early is not the picture before. */
export function frameAt(seconds: number, fps: number): number {
  return Math.floor(seconds * fps + 1e-3);
}

/**
 * `1:02:33 f07`: hours, minutes, seconds and the frame within the second, counted from 0. A third
 * colon would make four minutes look like four hours, as the hours are left out of recordings
 * (`duration`) that have none. Not drop-frame timecode: seconds are real ones at every rate, so
 * the last frame of a second may be missing at 29.97.
 */
export function timecode(seconds: number, fps: number, duration = seconds): string {
  const time = Math.max(0, seconds + 1e-6);
  const whole = Math.floor(time);
  const frame = Math.min(Math.ceil(fps) - 1, Math.floor((time - whole) * fps));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor((whole % 3600) / 60);
  const tail = `${two(whole % 60)} f${two(frame)}`;
  if (duration < 3600 && time < 3600) return `${minutes}:${tail}`;
  return `${Math.floor(whole / 3600)}:${two(minutes)}:${tail}`;
}

/**
 * The time one frame on (`1`) or back (`-1`): the middle of that frame, which no rounding of a
 * browser's clock turns into its neighbour.
 */
export function frameStep(seconds: number, fps: number, step: number): number {
  return Math.max(0, (frameAt(seconds, fps) + step + 0.5) / fps);
}

/** A stretch of the recording, in seconds. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Where playing must jump to stay inside a stretch, or null when it may go on.
 *
 * Only playing that runs over the end comes back: someone who has sought out of it by hand
 * (`previous` is outside then) wants to look around, and is left alone.
 */
export function loopTarget(previous: number, now: number, stretch: Stretch): number | null {
  const wasInside = previous >= stretch.start && previous < stretch.end;
  return wasInside && now >= stretch.end ? stretch.start : null;
}
