import { failureFrom, unreachable } from "./failure";
import type { Rect } from "./types";

/** Where a report of a recording is: `transcript`, `scenes`, `virality`, `probe`. */
export const reportUrl = (projectId: string, vodId: string, report: string) =>
  `/api/projects/${encodeURIComponent(projectId)}/${report}?vod=${encodeURIComponent(vodId)}`;

/** Where a file of a recording is that the studio draws: peaks, thumbnails, loudness. */
export const mediaUrl = (vodId: string, name: string) =>
  `/media/${encodeURIComponent(vodId)}/${name}`;

/**
 * One artifact, or with `range` a part of it (first byte and length). It never changes under its
 * tag, so the browser keeps it and only asks whether it is still the same.
 *
 * Throws `Failure`, always.
 */
export async function getArtifact(
  url: string,
  range?: readonly [at: number, length: number],
): Promise<Response> {
  const headers: Record<string, string> =
    range === undefined ? {} : { Range: `bytes=${range[0]}-${range[0] + range[1] - 1}` };
  let answer: Response;
  try {
    answer = await fetch(url, { headers, credentials: "same-origin", cache: "no-cache" });
  } catch {
    throw unreachable();
  }
  if (answer.ok) return answer;
  throw failureFrom(answer.status, await answer.json().catch(() => null));
}

/** `transcript.json`. Times are seconds of the recording. */
export interface Transcript {
  model: string;
  note: string | null;
  language: string;
  words: TranscriptWord[];
  segments: TranscriptSegment[];
  turns: Turn[];
}

export interface TranscriptWord {
  word: string;
  start: number;
  end: number;
  probability: number;
  speaker: string | null;
}

export interface TranscriptSegment {
  start: number;
  end: number;
  text: string;
  speaker: string | null;
  /** The places of its words, `[first, last + 1]`. */
  words: [number, number];
}

export interface Turn {
  speaker: string;
  start: number;
  end: number;
}

/** `scenes.json`: the times of the cuts, in order. */
export interface Scenes {
  cuts: number[];
}

/** `facecam.json`: where the facecam was found, or null. */
export interface FacecamReport {
  rect: Rect | null;
  sure: boolean;
}

/** `virality.json`: values from 0 to 1, one a second. */
export interface Virality {
  signals: Record<string, number[]>;
  weights: Record<string, number>;
  /** What the moments were chosen by; recordings scored by an older FORGE lack it. */
  highlight?: number[];
}

/** `thumbs.json`: tile i shows second `i * interval`. */
export interface Thumbs {
  interval: number;
  width: number;
  height: number;
  columns: number;
  rows: number;
  count: number;
  sheets: string[];
}
