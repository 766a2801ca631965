import type { ExportKind, Preset } from "../api/types";

export interface PresetWords {
  preset: Preset;
  name: string;
  /** Pixels and frames a second. */
  size: string;
  /** Where one would post it. */
  use: string;
  /** Width by height of its drawing. */
  shape: readonly [number, number];
}

/** Every preset, the most used first. The sizes are those of `forge/layout/presets.py`. */
export const PRESETS: readonly PresetWords[] = [
  {
    preset: "9:16",
    name: "Vertical",
    size: "1080×1920 · 30 fps",
    use: "TikTok, Shorts, Reels",
    shape: [9, 16],
  },
  {
    preset: "9:16-60",
    name: "Vertical, smooth",
    size: "1080×1920 · 60 fps",
    use: "Fast games on TikTok, Shorts",
    shape: [9, 16],
  },
  {
    preset: "4:5",
    name: "Portrait",
    size: "1080×1350 · 30 fps",
    use: "Instagram and Facebook feeds",
    shape: [4, 5],
  },
  { preset: "1:1", name: "Square", size: "1080×1080 · 30 fps", use: "Feeds, X", shape: [1, 1] },
  {
    preset: "16:9",
    name: "Wide",
    size: "1920×1080 · 30 fps",
    use: "YouTube, X, Discord",
    shape: [16, 9],
  },
  {
    preset: "source",
    name: "Source cut",
    size: "As recorded, uncropped",
    use: "For your own editor",
    shape: [16, 9],
  },
];

export function presetName(preset: Preset): string {
  return PRESETS.find((one) => one.preset === preset)?.name ?? preset;
}

/** The files that an export makes, in the order in which they are offered. */
export const KINDS: readonly { kind: ExportKind; name: string; use: string }[] = [
  { kind: "mp4", name: "MP4", use: "the video" },
  { kind: "srt", name: "SRT", use: "subtitles for YouTube and players" },
  { kind: "vtt", name: "VTT", use: "subtitles for web pages" },
  { kind: "otio", name: "OTIO", use: "the cut, for DaVinci Resolve and others" },
  { kind: "fcpxml", name: "FCPXML", use: "the cut, for Final Cut and Resolve" },
];
