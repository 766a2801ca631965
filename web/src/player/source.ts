import { growingUrl, proxyUrl } from "../api/client";
import type { StepRow, Vod } from "../api/types";

const PLAYLIST = "application/vnd.apple.mpegurl";

/**
 * The first part of a preview is at most 9 seconds long: when more than this is done, it is there.
 * What is no longer than `ONE_PART` is made in one part. See `forge/media/chunks.py`.
 */
const FIRST_PART = 10;
const ONE_PART = 45;

/** How a browser takes a preview that is still being built. */
export type Growing = "playlist" | "parts" | "never";

/** What this browser can do: play a playlist by itself, be fed the parts, or neither. */
export function growingSupport(): Growing {
  if (document.createElement("video").canPlayType(PLAYLIST) !== "") return "playlist";
  return "MediaSource" in window ? "parts" : "never";
}

/** What the player plays: a file or a playlist at `url`, or `parts` that are fed to it. */
export interface Source {
  kind: "file" | "playlist" | "parts";
  url: string;
}

/**
 * What there is to play of a recording: its preview; what exists of it while the step that builds
 * it runs; else nothing yet.
 */
export function playerSource(vod: Vod, step: StepRow | undefined, growing: Growing): Source | null {
  if (vod.artifacts["proxy.mp4"] !== undefined) return { kind: "file", url: proxyUrl(vod.id) };
  if (growing === "never" || step?.status !== "processing") return null;
  const duration = vod.duration ?? 0;
  const done = (step.progress / 100) * duration;
  return duration > ONE_PART && done > FIRST_PART
    ? { kind: growing, url: growingUrl(vod.id) }
    : null;
}
