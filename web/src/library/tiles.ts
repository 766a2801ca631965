import type { Thumbs } from "../api/artifacts";

/** One thumbnail as CSS cuts it out of its sheet. */
export interface CssTile {
  sheet: string;
  /** `background-size` and `background-position`, in per cent: right for a box of any size. */
  size: string;
  position: string;
}

/** The thumbnail at a share (0 to 1) of the recording; null when there is none. Pure. */
export function tileAt(index: Thumbs, share: number): CssTile | null {
  const { columns, count, rows, sheets } = index;
  const number = Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const perSheet = columns * rows;
  const sheet = sheets[Math.floor(number / perSheet)];
  if (sheet === undefined || number < 0) return null;
  const within = number % perSheet;
  // In per cent, CSS puts the share of the picture's slack: the last tile of n is at 100 %.
  const across = columns > 1 ? ((within % columns) * 100) / (columns - 1) : 0;
  const down = rows > 1 ? (Math.floor(within / columns) * 100) / (rows - 1) : 0;
  return {
    sheet,
    size: `${columns * 100}% ${rows * 100}%`,
    position: `${across.toFixed(3)}% ${down.toFixed(3)}%`,
  };
}
