/** The numbers of a field: whole ones, within bounds. */
export interface Bounds {
  min: number;
  max: number;
}

/** What was typed, as a number that the field can have; null when it is none. */
export function typedNumber(text: string, { min, max }: Bounds): number | null {
  const number = Math.round(Number(text));
  if (text.trim() === "" || Number.isNaN(number)) return null;
  return Math.min(max, Math.max(min, number));
}

/** One arrow key on: from what was typed if that is a number, else from `value`. */
export function stepped(text: string | null, value: number, step: number, bounds: Bounds): number {
  const from = (text === null ? null : typedNumber(text, bounds)) ?? value;
  return Math.min(bounds.max, Math.max(bounds.min, from + step));
}
