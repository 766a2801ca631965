import { growingUrl, proxyUrl } from "../api/client";
import type { StepRow, Vod } from "../api/types";

const PLAYLIST = "application/vnd.apple.mpegurl";

/** A part of a preview lasts at most 45 seconds: when more than this is done, one is there. */
const FIRST_PART_SECONDS = 50;

/** Whether this browser plays a playlist without help. Others wait for the whole preview. */
export const playsPlaylists = () => document.createElement("video").canPlayType(PLAYLIST) !== "";

/**
 * What the player plays of a recording: its preview; what exists of it while the step that builds
 * it runs, where `playlists` can be played; else nothing yet.
 */
export function playerSource(
  vod: Vod,
  step: StepRow | undefined,
  playlists: boolean,
): string | null {
  if (vod.artifacts["proxy.mp4"] !== undefined) return proxyUrl(vod.id);
  if (!playlists || step?.status !== "processing") return null;
  const seconds = (step.progress / 100) * (vod.duration ?? 0);
  return seconds > FIRST_PART_SECONDS ? growingUrl(vod.id) : null;
}
