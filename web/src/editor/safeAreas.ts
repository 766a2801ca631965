import type { SafeArea } from "./context";

/** What an app lays over the edges of an upright video, in fractions of its width and height. */
export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/**
 * Meta's advice for Reels is 14 % at the top, 35 % at the bottom and 6 % at the sides. The others
 * publish no fixed numbers for ordinary posts: these were measured on 1080×1920 by those who
 * lay out captions for them, and apps change. They warn; they forbid nothing.
 */
export const SAFE_AREAS: Record<Exclude<SafeArea, "none">, Margins> = {
  tiktok: { top: 130 / 1920, right: 140 / 1080, bottom: 370 / 1920, left: 60 / 1080 },
  shorts: { top: 200 / 1920, right: 160 / 1080, bottom: 420 / 1920, left: 50 / 1080 },
  reels: { top: 0.14, right: 0.06, bottom: 0.35, left: 0.06 },
};

export const SAFE_NAMES: Record<SafeArea, string> = {
  none: "Safe: off",
  tiktok: "TikTok",
  shorts: "Shorts",
  reels: "Reels",
};
