import type { Clip } from "../api/types";

/** The clip `step` places from the one with `id`, staying at the ends; the first if none is. */
export function neighbour(clips: Clip[], id: string | null, step: number): Clip | undefined {
  const place = clips.findIndex((clip) => clip.id === id);
  if (place < 0) return clips[0];
  return clips[Math.min(clips.length - 1, Math.max(0, place + step))];
}

export interface Part {
  signal: string;
  /** 0 to 1: how much of the score this signal gave. */
  share: number;
}

/** The signals behind a score, the strongest first; those that gave nothing are left out. */
export function partsOf(clip: Clip): Part[] {
  return Object.entries(clip.parts)
    .map(([signal, share]) => ({ signal, share }))
    .filter((part) => part.share > 0.005)
    .sort((a, b) => b.share - a.share);
}
