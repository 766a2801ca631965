import type { Draft } from "immer";
import { type FacecamReport, reportUrl } from "../api/artifacts";
import type { Clip, Rect, Vod } from "../api/types";
import { useArtifact } from "../project/useArtifact";
import { change, type EditorState } from "./context";
import { drawZone, pictureAt } from "./picture";

/** Where FORGE found the recording's facecam, and whether it is sure of that. */
export interface Found {
  rect: Rect;
  sure: boolean;
}

/** What was found in the recording; null where nothing was, or nobody looked yet. */
export function useFoundFacecam(projectId: string, vod: Vod): Found | null {
  const url = reportUrl(projectId, vod.id, "facecam");
  const report = useArtifact<FacecamReport>(url, vod.artifacts["facecam.json"]).data;
  return report?.rect ? { rect: report.rect, sure: report.sure } : null;
}

/** What is worth suggesting at a time: what was found, unless a facecam zone is there already. */
export function suggested(clip: Clip, time: number, found: Found | null): Found | null {
  const { zones } = pictureAt(clip, time);
  return zones.some((zone) => zone.kind === "facecam") ? null : found;
}

/**
 * What was found, with its place: not everyone sees the outline. It may be somewhere else in this
 * clip, so the words do not say "here".
 */
export function foundWords({ rect, sure }: Found): string {
  const down = third(rect.y + rect.h / 2, ["top", "middle", "bottom"]);
  const across = third(rect.x + rect.w / 2, ["left", "centre", "right"]);
  const place = `at the ${down} ${across}, there for most of the recording.`;
  return sure ? `FORGE found a facecam ${place}` : `This may be a facecam: ${place}`;
}

function third(at: number, names: [string, string, string]): string {
  return at < 1 / 3 ? names[0] : at < 2 / 3 ? names[1] : names[2];
}

/** Makes what was found the clip's facecam zone, in one step; false if there is nothing to take. */
export function takeFacecam({ clip, found, select }: EditorState, time: number): boolean {
  const taken = suggested(clip, time, found);
  if (taken === null) return false;
  change(clip.id, "Use the facecam that was found", (draft: Draft<Clip>) =>
    drawZone(draft, time, "facecam", { ...taken.rect }),
  );
  select({ kind: "zone", zone: "facecam" });
  return true;
}
