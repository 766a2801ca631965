/** `1:02:33` or `4:07`, of a place or a length in seconds. Fractions are cut off. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A length in words of fitting precision: `34 s`, `12 min`, `4 h 05 min`. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `about 3 min left`, rounded so that it does not flicker; null when there is nothing to say. */
export function left(seconds: number | null): string | null {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return null;
  if (seconds < 5) return "a moment left";
  const rounded = seconds < 60 ? Math.ceil(seconds / 5) * 5 : seconds;
  return `about ${span(rounded)} left`;
}

const MOMENT = 45;
const DAY = 86_400;

/**
 * When something was, from `now` (both in Unix seconds): `just now`, `5 min ago`, `3 h ago`,
 * `yesterday`, then the date. A moment in the future, by a clock that is off, was just now.
 */
export function ago(now: number, at: number): string {
  const passed = now - at;
  if (passed < MOMENT) return "just now";
  if (passed < 3570) return `${Math.max(1, Math.round(passed / 60))} min ago`;
  if (passed < 0.9 * DAY) return `${Math.round(passed / 3600)} h ago`;
  if (passed < 1.9 * DAY) return "yesterday";
  if (passed < 7 * DAY) return `${Math.round(passed / DAY)} days ago`;
  return `on ${new Date(at * 1000).toLocaleDateString("en-GB", DATE)}`;
}

const DATE = { day: "numeric", month: "short", year: "numeric" } as const;

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in decimal units, as file managers show them: `3.1 GB`. */
export function bytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 1 && value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `×1.7`: how many times faster than real time; null when the speed is not known. */
export function pace(speed: number | null): string | null {
  if (speed === null || !Number.isFinite(speed) || speed <= 0) return null;
  return `×${speed >= 10 ? Math.round(speed) : speed.toFixed(1)}`;
}

export function percent(progress: number): string {
  return `${Math.floor(Math.min(100, Math.max(0, progress)))} %`;
}

/**
 * The colour of a score from 0 to 100, on the scale of heated iron: grey, dull red, orange, straw.
 * A CSS colour, light enough for dark words on it (4.5:1 and more), strong enough on light ground.
 */
export function heat(score: number): string {
  const t = Math.min(100, Math.max(0, score)) / 100;
  const lightness = 0.6 + 0.2 * t;
  const chroma = 0.03 + 0.15 * Math.min(1, t * 1.6);
  const hue = 22 + 58 * t;
  return `oklch(${lightness.toFixed(3)} ${chroma.toFixed(3)} ${hue.toFixed(1)})`;
}
