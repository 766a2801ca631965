import { useMemo } from "react";
import type { Viewport } from "../timeline/viewport";
import { going, useEditor } from "./context";
import { EdgeHandle } from "./EdgeHandle";
import { moveKeyframe } from "./picture";

interface Props {
  viewport: Viewport;
  /** Words' edges, pauses and cuts of the picture; what is cut out is added here. */
  marks: readonly number[];
}

/** The keyframes on the ruler. The picture follows the one that is moved. */
export function KeyframeHandles({ viewport, marks }: Props) {
  const { clip, clock, selection, select } = useEditor();
  const all = useMemo(
    () => [...marks, clip.start, ...clip.cuts.flatMap(({ start, end }) => [start, end])],
    [marks, clip.start, clip.cuts],
  );
  const chosen = selection?.kind === "keyframe" ? selection.at : null;
  return clip.keyframes.map(({ at }, place) => {
    const take = () => {
      select({ kind: "keyframe", at });
      clock.seek(at);
    };
    return (
      <EdgeHandle
        // biome-ignore lint/suspicious/noArrayIndexKey: its time changes while it is moved, its place never does.
        key={place}
        name="keyframe-handle"
        className={`keyframe-handle ${at === chosen ? "keyframe-chosen" : ""}`}
        label={`Keyframe ${place + 1} of ${clip.keyframes.length}`}
        title="Drag the keyframe, or move it with the arrows; Delete deletes it"
        step="Move a keyframe"
        time={at}
        viewport={viewport}
        marks={all}
        onTake={take}
        onGiveUp={take}
        onMove={(to) => {
          let now = at;
          going(clip.id, (draft) => {
            now = moveKeyframe(draft, place, to);
          });
          select({ kind: "keyframe", at: now });
          clock.seek(now);
        }}
      />
    );
  });
}
