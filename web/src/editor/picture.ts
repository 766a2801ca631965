import type { Draft } from "immer";
import type { Clip, Keyframe, Layout, Rect, Zone } from "../api/types";

/** What a clip shows at one moment. */
export interface Picture {
  layout: Layout;
  zones: Zone[];
  pip: Rect | null;
  /** The keyframe it comes from; null for the clip's own. */
  at: number | null;
}

/** The picture at a time of the source: of the last keyframe before it, or the clip's own. */
export function pictureAt(clip: Clip, time: number): Picture {
  const frame = clip.keyframes.findLast((one) => one.at <= time + 1e-6);
  if (frame === undefined) {
    return { layout: clip.layout, zones: clip.zones, pip: clip.pip ?? null, at: null };
  }
  return { layout: frame.layout, zones: frame.zones, pip: frame.pip ?? null, at: frame.at };
}

type Painted = Pick<Draft<Clip>, "layout" | "zones"> & { pip?: Rect | null };

/** The draft that holds what is shown at a time: a keyframe, or the clip itself. */
function holder(clip: Draft<Clip>, time: number): Painted {
  return clip.keyframes.findLast((one) => one.at <= time + 1e-6) ?? clip;
}

const WHOLE: Rect = { x: 0, y: 0, w: 1, h: 1 };
export const CORNER: Rect = { x: 0.02, y: 0.03, w: 0.25, h: 0.25 };

/** Sets one zone of what is shown at a time; it is added if it is not there. */
export function setZone(clip: Draft<Clip>, time: number, kind: Zone["kind"], rect: Rect): void {
  const picture = holder(clip, time);
  const zone = picture.zones.find((one) => one.kind === kind);
  if (zone !== undefined) zone.rect = rect;
  else if (kind === "facecam") picture.zones.unshift({ kind, rect });
  else picture.zones.push({ kind, rect });
}

/**
 * Sets a zone that was drawn. Who draws a facecam wants to see it: a layout without one becomes
 * `split`, since the zone would show nowhere otherwise.
 */
export function drawZone(clip: Draft<Clip>, time: number, kind: Zone["kind"], rect: Rect): void {
  setZone(clip, time, kind, rect);
  const picture = holder(clip, time);
  const shows = picture.layout === "split" || picture.layout === "pip";
  if (kind === "facecam" && !shows) picture.layout = "split";
}

/** Takes the facecam zone away, and the layouts that need it. */
export function dropFacecam(clip: Draft<Clip>, time: number): void {
  const picture = holder(clip, time);
  picture.zones = picture.zones.filter((zone) => zone.kind !== "facecam");
  if (picture.layout === "split" || picture.layout === "pip") picture.layout = "single";
  if (picture.zones.length === 0) {
    picture.zones.push({ kind: "gameplay", rect: WHOLE });
  }
}

/**
 * Sets the layout of what is shown at a time. A layout with a facecam gets a zone to start with
 * (`facecam`, or a corner); `full` starts with the whole picture, because an upright zone would look the same as `single`.
 */
export function setLayout(
  clip: Draft<Clip>,
  time: number,
  layout: Layout,
  facecam: Rect = CORNER,
): void {
  const picture = holder(clip, time);
  picture.layout = layout;
  if (layout === "full") setZone(clip, time, "gameplay", WHOLE);
  const needs = layout === "split" || layout === "pip";
  if (needs && !picture.zones.some((zone) => zone.kind === "facecam")) {
    picture.zones.unshift({ kind: "facecam", rect: { ...facecam } });
  }
}

/** Moves the inset; null puts it back in its usual place. */
export function setPip(clip: Draft<Clip>, time: number, pip: Rect | null): void {
  holder(clip, time).pip = pip;
}

/** How near to each other keyframes may be, in seconds: less is the same one. */
const SAME = 0.02;

/** Makes what is shown at a time changeable from there on: a keyframe that shows the same. */
export function addKeyframe(clip: Draft<Clip>, time: number): void {
  if (clip.keyframes.some((one) => Math.abs(one.at - time) < SAME)) return;
  const { layout, zones, pip } = pictureAt(clip as Clip, time);
  const copy: Keyframe = { at: time, layout, zones: plainZones(zones), pip: plainRect(pip) };
  clip.keyframes.push(copy);
  clip.keyframes.sort((a, b) => a.at - b.at);
}

/** Copies: a draft must not hold the same object twice. */
const plainRect = (rect: Rect | null) =>
  rect === null ? null : { x: rect.x, y: rect.y, w: rect.w, h: rect.h };
const plainZones = (zones: readonly Zone[]): Zone[] =>
  zones.map(({ kind, rect: { x, y, w, h } }) => ({ kind, rect: { x, y, w, h } }));

export function dropKeyframe(clip: Draft<Clip>, at: number): void {
  clip.keyframes = clip.keyframes.filter((one) => one.at !== at);
}

/**
 * Puts the keyframe at a place of the list at another time, or as near to it as it can go: inside
 * the clip, and off the keyframes next to it, which it never passes. Returns the time it has then.
 */
export function moveKeyframe(clip: Draft<Clip>, place: number, time: number): number {
  const frame = clip.keyframes[place];
  if (frame === undefined) return time;
  const before = clip.keyframes[place - 1]?.at ?? Number.NEGATIVE_INFINITY;
  const after = clip.keyframes[place + 1]?.at ?? Number.POSITIVE_INFINITY;
  const low = Math.max(clip.start, before + SAME);
  const high = Math.min(clip.end - SAME, after - SAME);
  if (low <= high) frame.at = Math.min(Math.max(time, low), high);
  return frame.at;
}

/** Where other clips of the recording have their facecam: it mostly stays at one place. */
export function usualFacecam(clips: Iterable<Clip>, clip: Clip): Rect | undefined {
  let newest: { at: number; rect: Rect } | undefined;
  for (const other of clips) {
    if (other.vod_id !== clip.vod_id || other.id === clip.id) continue;
    const rect = other.zones.find((zone) => zone.kind === "facecam")?.rect;
    if (rect === undefined || (newest !== undefined && newest.at >= other.updated_at)) continue;
    newest = { at: other.updated_at, rect };
  }
  return newest?.rect;
}

/** Gives other clips of the recording the picture of this one; skipped ones stay as they are. */
export function spreadPicture(clips: Draft<Record<string, Clip>>, from: Clip): void {
  for (const other of Object.values(clips)) {
    if (other.vod_id !== from.vod_id || other.id === from.id || other.state === "skipped") continue;
    other.layout = from.layout;
    other.zones = plainZones(from.zones);
    other.pip = plainRect(from.pip ?? null);
  }
}
