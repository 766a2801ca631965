import type { Cut } from "../api/types";
import { SHORTEST } from "../clip/shortest";
import type { Viewport } from "../timeline/viewport";
import { going, useEditor } from "./context";
import { EdgeHandle } from "./EdgeHandle";
import { movedCut } from "./spans";

interface Props {
  side: "start" | "end";
  viewport: Viewport;
  marks: readonly number[];
}

/** An edge of the clip. The picture follows it: the first frame that is in, or the last one. */
export function TrimHandle({ side, viewport, marks }: Props) {
  const { clip, clock, vod } = useEditor();
  const duration = vod.duration ?? Number.MAX_VALUE;
  return (
    <EdgeHandle
      name={`trim-${side}`}
      className={`trim trim-${side}`}
      label={side === "start" ? "Start of the clip" : "End of the clip"}
      step={side === "start" ? "Trim the start" : "Trim the end"}
      time={clip[side]}
      viewport={viewport}
      marks={marks}
      onMove={(to) => {
        const next =
          side === "start"
            ? Math.min(Math.max(0, to), clip.end - SHORTEST)
            : Math.max(Math.min(duration, to), clip.start + SHORTEST);
        going(clip.id, (draft) => {
          draft[side] = next;
        });
        clock.seek(side === "start" ? next : Math.max(0, next - 0.02));
      }}
    />
  );
}

/** An edge of the selected cut. The picture follows it: the last frame before it, the first after. */
export function CutHandle({ side, viewport, marks, cut }: Props & { cut: Cut }) {
  const { clip, clock, select } = useEditor();
  return (
    <EdgeHandle
      name={`cut-${side}`}
      className={`trim cut-${side}`}
      label={side === "start" ? "Start of the selected cut" : "End of the selected cut"}
      step="Move the edge of a cut"
      time={cut[side]}
      viewport={viewport}
      marks={marks}
      onMove={(to) => {
        const { cuts, cut: next } = movedCut(clip, cut, side, to);
        going(clip.id, (draft) => {
          draft.cuts = cuts;
        });
        select({ kind: "cut", start: next.start, end: next.end });
        clock.seek(side === "start" ? Math.max(0, next.start - 0.02) : next.end);
      }}
      onGiveUp={() => select({ kind: "cut", start: cut.start, end: cut.end })}
    />
  );
}
