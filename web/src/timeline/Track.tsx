import { useEffect, useMemo, useRef } from "react";
import type { Clip } from "../api/types";
import { titleOf } from "../clip/titleOf";
import { clock } from "../ui/format";
import { type Doings, listenToGestures } from "./gestures";
import { speakerColour } from "./inks";
import { heightOf, type Lane, spanAt } from "./lanes";
import { PlayLine } from "./PlayLine";
import {
  paintCurve,
  paintCuts,
  paintDraft,
  paintRuler,
  paintSound,
  paintThumbs,
  type Surface,
} from "./paint";
import { type Block, paintMoments, paintSpans } from "./paintBlocks";
import type { Peaks } from "./peaks";
import { longestOf } from "./scale";
import type { ThumbSheets } from "./thumbs";
import { useCanvas } from "./useCanvas";
import type { Viewport } from "./viewport";

/** Everything of a recording that the track draws. */
export interface TrackData {
  fps: number;
  cuts: readonly number[];
  /** Turns by speaker, in time order. */
  turns: ReadonlyMap<string, readonly Block[]>;
  highlight: readonly number[];
  signals: Readonly<Record<string, readonly number[]>>;
  peaks: Peaks | null;
  thumbs: ThumbSheets | null;
}

interface Props {
  viewport: Viewport;
  lanes: Lane[];
  data: TrackData;
  /** In time order. */
  clips: readonly Clip[];
  chosenId: string | null;
  /** Counts up when a part of the picture has arrived. */
  arrivals: number;
  onSeek: (time: number) => void;
  onChoose: (clip: Clip) => void;
  onMark: (start: number, end: number) => void;
}

/** The zoomed strip: all lanes on one canvas, drawn only as far as they are in sight. */
export function Track(props: Props) {
  const { viewport, lanes, data, clips, chosenId } = props;
  const draft = useRef<{ start: number; end: number } | null>(null);
  const longest = useMemo(() => longestOf(clips), [clips]);
  const longestTurns = useMemo(
    () => new Map([...data.turns].map(([speaker, turns]) => [speaker, longestOf(turns)])),
    [data.turns],
  );

  function paintLane(surface: Surface, lane: Lane): void {
    switch (lane.kind) {
      case "ruler":
        paintRuler(surface, lane, data.fps);
        break;
      case "thumbs":
        if (data.thumbs !== null) paintThumbs(surface, lane, data.thumbs);
        break;
      case "sound":
        if (data.peaks !== null) paintSound(surface, lane, data.peaks);
        break;
      case "moments":
        paintMoments(surface, lane, clips, longest, chosenId);
        break;
      case "highlight":
        paintCurve(surface, lane, data.highlight, surface.inks.ember);
        break;
      case "signal":
        paintCurve(surface, lane, data.signals[lane.of] ?? [], surface.inks.soft);
        break;
      case "speaker": {
        const turns = data.turns.get(lane.of) ?? [];
        const colour = speakerColour([...data.turns.keys()].indexOf(lane.of));
        const inner = { top: lane.top + 3, height: lane.height - 6 };
        paintSpans(surface, inner, turns, longestTurns.get(lane.of) ?? 0, colour);
      }
    }
  }

  const canvas = useCanvas(viewport.getView, (surface) => {
    for (const lane of lanes) paintLane(surface, lane);
    const pictures = lanes.filter((lane) => lane.kind === "thumbs" || lane.kind === "sound");
    for (const lane of pictures) paintCuts(surface, lane.top, lane.height, data.cuts);
    const range = draft.current;
    if (range !== null) paintDraft(surface, heightOf(lanes), range.start, range.end);
  });
  useEffect(() => viewport.onChange(canvas.redraw), [viewport, canvas.redraw]);

  const latest = useRef({ lanes, doings: {} as Doings });
  useEffect(() => {
    latest.current = {
      lanes,
      doings: {
        seek: props.onSeek,
        taken: (time, slack) => spanAt(clips, time, slack) !== undefined,
        choose(time, slack) {
          const clip = spanAt(clips, time, slack);
          if (clip !== undefined) props.onChoose(clip);
          return clip !== undefined;
        },
        words(lane, time, slack) {
          if (lane?.kind !== "moments") return "";
          const clip = spanAt(clips, time, slack);
          if (clip === undefined) return "Drag to mark a new moment";
          return `${titleOf(clip)} · ${clock(clip.start)} – ${clock(clip.end)}`;
        },
        draft(range) {
          draft.current = range;
          canvas.redraw();
        },
        mark: props.onMark,
      },
    };
  });
  useEffect(() => {
    const element = canvas.ref.current;
    if (element === null) return;
    return listenToGestures(
      element,
      viewport,
      () => latest.current.lanes,
      () => latest.current.doings,
    );
  }, [viewport, canvas.ref]);

  return (
    <div className="track" style={{ height: heightOf(lanes) }}>
      {lanes.map((lane) => (
        <div
          key={lane.id}
          className={`track-ground track-ground-${lane.kind}`}
          style={{ top: lane.top, height: lane.height }}
        />
      ))}
      <canvas ref={canvas.ref} data-testid="track" />
      <PlayLine getView={viewport.getView} onView={viewport.onChange} />
    </div>
  );
}
