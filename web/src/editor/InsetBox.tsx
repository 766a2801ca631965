import { type PointerEvent, useRef } from "react";
import type { Rect } from "../api/types";
import { drag } from "../ui/drag";
import { going, useEditor } from "./context";
import { setPip } from "./picture";
import { guidesFor, moved, resized } from "./snapping";

/** How near an edge has to come to a guide, in CSS pixels. */
const SNAP = 6;
const share = (fraction: number) => `${(100 * fraction).toFixed(3)}%`;

interface Props {
  /** The inset's place, in fractions of the export. */
  rect: Rect;
  /** The time of the source whose picture is changed. */
  time: number;
}

/**
 * The inset on the exported picture: drag it, or pull its corner, which keeps its shape. By keyboard
 * the same is done with the numbers on the Layout tab.
 */
export function InsetBox({ rect, time }: Props) {
  const { clip } = useEditor();
  const element = useRef<HTMLDivElement>(null);

  function pull(event: PointerEvent<Element>, corner: boolean): void {
    const frame = element.current?.parentElement?.getBoundingClientRect();
    if (frame === undefined) return;
    drag(event, {
      label: corner ? "Resize the inset" : "Move the inset",
      move: (dx, dy, { altKey }) => {
        const [x, y] = [dx / frame.width, dy / frame.height];
        const near = { x: SNAP / frame.width, y: SNAP / frame.height };
        const reach = altKey ? { x: 0, y: 0 } : near;
        const shape = rect.w / rect.h;
        const edges = { right: true, bottom: true };
        const next = corner
          ? resized(rect, edges, x, y, undefined, reach, shape, true)
          : moved(rect, x, y, guidesFor([]), reach);
        going(clip.id, (draft) => setPip(draft, time, next.rect));
      },
    });
  }

  return (
    <div
      ref={element}
      className="inset"
      aria-hidden="true"
      data-testid="inset"
      style={{
        left: share(rect.x),
        top: share(rect.y),
        width: share(rect.w),
        height: share(rect.h),
      }}
      onPointerDown={(event) => pull(event, false)}
    >
      <span className="inset-corner" onPointerDown={(event) => pull(event, true)} />
    </div>
  );
}
