/** The lanes of the timeline, from the top, and what of the recording each of them shows. */

export type LaneKind =
  | "ruler"
  | "thumbs"
  | "sound"
  | "moments"
  | "highlight"
  | "signal"
  | "speaker";

export interface Lane {
  kind: LaneKind;
  /** `signal: chat`, `speaker: SPEAKER_00`; the kind itself where there is one of it. */
  id: string;
  /** The signal or the speaker; empty for the others. */
  of: string;
  top: number;
  height: number;
}

const HEIGHTS: Record<LaneKind, number> = {
  ruler: 20,
  thumbs: 44,
  sound: 44,
  moments: 26,
  highlight: 36,
  signal: 24,
  speaker: 15,
};
const GAP = 2;

/** How many speakers have a lane; a crowd would push everything else out of sight. */
export const MOST_SPEAKERS = 6;

interface Wanted {
  thumbs: boolean;
  sound: boolean;
  highlight: boolean;
  signals: readonly string[];
  speakers: readonly string[];
}

/** Puts the lanes below each other. Those that a recording has nothing for are left out. */
export function lanesOf(wanted: Wanted): Lane[] {
  const list: [LaneKind, string][] = [
    ["ruler", ""],
    ...(wanted.thumbs ? ([["thumbs", ""]] as [LaneKind, string][]) : []),
    ...(wanted.sound ? ([["sound", ""]] as [LaneKind, string][]) : []),
    ["moments", ""],
    ...(wanted.highlight ? ([["highlight", ""]] as [LaneKind, string][]) : []),
    ...wanted.signals.map((name): [LaneKind, string] => ["signal", name]),
    ...wanted.speakers.slice(0, MOST_SPEAKERS).map((name): [LaneKind, string] => ["speaker", name]),
  ];
  let top = 0;
  return list.map(([kind, of]) => {
    const lane = { kind, of, id: of === "" ? kind : `${kind}: ${of}`, top, height: HEIGHTS[kind] };
    top += lane.height + GAP;
    return lane;
  });
}

/** The height of all lanes together. */
export function heightOf(lanes: readonly Lane[]): number {
  const last = lanes.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** The lane under a pointer; the gap below a lane counts as its own. */
export function laneAt(lanes: readonly Lane[], y: number): Lane | undefined {
  return lanes.find((lane) => y >= lane.top && y < lane.top + lane.height + GAP);
}

/** The shortest span that holds a time: of two on top of each other, the inner one. */
export function spanAt<T extends { start: number; end: number }>(
  spans: readonly T[],
  time: number,
  slack: number,
): T | undefined {
  const found = spans.filter((span) => time >= span.start - slack && time <= span.end + slack);
  return found.reduce<T | undefined>(
    (best, span) =>
      best === undefined || span.end - span.start < best.end - best.start ? span : best,
    undefined,
  );
}

/** A list by a key, each once, in the order of first appearance. */
export function firstAppearances(items: readonly { speaker: string }[]): string[] {
  return [...new Set(items.map((item) => item.speaker))];
}
