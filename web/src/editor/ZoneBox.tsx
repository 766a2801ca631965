import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { Rect, Zone } from "../api/types";
import { gesture } from "../store/history";
import { drag } from "../ui/drag";
import { change, going, useEditor } from "./context";
import { setZone } from "./picture";
import { type Edges, type Guides, moved, type Reach, resized, type Snap } from "./snapping";

export const ZONE_NAMES = { facecam: "facecam zone", gameplay: "gameplay zone" } as const;

const HANDLES: [name: string, edges: Edges][] = [
  ["nw", { top: true, left: true }],
  ["n", { top: true }],
  ["ne", { top: true, right: true }],
  ["e", { right: true }],
  ["se", { bottom: true, right: true }],
  ["s", { bottom: true }],
  ["sw", { bottom: true, left: true }],
  ["w", { left: true }],
];

/** How near an edge has to come to a guide, in CSS pixels. */
const SNAP = 7;

const share = (fraction: number) => `${(100 * fraction).toFixed(4)}%`;

interface Props {
  kind: Zone["kind"];
  rect: Rect;
  /** The time of the source whose picture is changed. */
  time: number;
  guides: Guides;
  /** The shape, in fractions of the frame, in which the zone is shown whole. */
  shape: number | null;
  onLines: (lines: Guides | null) => void;
}

/** A zone on the picture: drag it, pull its handles, or move it with the arrows. */
export function ZoneBox({ kind, rect, time, guides, shape, onLines }: Props) {
  const { clip, source, selection, select } = useEditor();
  const element = useRef<HTMLButtonElement>(null);
  const name = ZONE_NAMES[kind];
  const selected = selection?.kind === "zone" && selection.zone === kind;

  function show(snap: Snap): void {
    onLines(snap.lines);
    going(clip.id, (draft) => setZone(draft, time, kind, snap.rect));
  }

  function pulled(event: PointerEvent<Element>, label: string, snap: Snapping): void {
    const frame = element.current?.offsetParent?.getBoundingClientRect();
    if (frame === undefined) return;
    select({ kind: "zone", zone: kind });
    element.current?.focus({ preventScroll: true });
    drag(event, {
      label,
      move: (dx, dy, { altKey, shiftKey }) => {
        const reach = altKey ? 0 : SNAP;
        const near = { x: reach / frame.width, y: reach / frame.height };
        show(snap(dx / frame.width, dy / frame.height, near, shiftKey));
      },
      done: () => onLines(null),
    });
  }

  const move = (event: PointerEvent<Element>) =>
    pulled(event, `Move the ${name}`, (dx, dy, near) => moved(rect, dx, dy, guides, near));
  const resize = (edges: Edges) => (event: PointerEvent<Element>) =>
    pulled(event, `Resize the ${name}`, (dx, dy, near, keep) => {
      const wanted = shape ?? (keep ? rect.w / rect.h : null);
      return resized(rect, edges, dx, dy, guides, near, wanted, keep);
    });

  function nudge(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    select({ kind: "zone", zone: kind });
    const pixels = event.shiftKey ? 10 : 1;
    const dx = (step[0] * pixels) / source.width;
    const dy = (step[1] * pixels) / source.height;
    // A key that is held is one gesture, until it is let go.
    if (!gesture.active()) gesture.begin(`Move the ${name}`);
    going(clip.id, (draft) => setZone(draft, time, kind, moved(rect, dx, dy).rect));
  }

  return (
    <button
      ref={element}
      type="button"
      className={`zone zone-${kind} ${selected ? "zone-selected" : ""}`}
      style={{
        left: share(rect.x),
        top: share(rect.y),
        width: share(rect.w),
        height: share(rect.h),
      }}
      aria-label={`${name}. Arrows move it, with Shift by 10 pixels.`}
      aria-pressed={selected}
      data-testid={`zone-${kind}`}
      onPointerDown={move}
      onFocus={() => select({ kind: "zone", zone: kind })}
      onKeyDown={nudge}
      onKeyUp={(event) => event.key in STEPS && void gesture.end()}
      onBlur={() => void gesture.end()}
    >
      <span className="zone-name">{kind === "facecam" ? "Facecam" : "Gameplay"}</span>
      {HANDLES.map(([place, edges]) => (
        <span
          key={place}
          className={`zone-handle zone-handle-${place}`}
          data-testid={`handle-${kind}-${place}`}
          onPointerDown={resize(edges)}
        />
      ))}
    </button>
  );
}

type Snapping = (dx: number, dy: number, near: Reach, keep: boolean) => Snap;

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Sets a zone at one go: from a numeric field, or drawn anew. */
export function placeZone(
  clipId: string,
  time: number,
  kind: Zone["kind"],
  rect: Rect,
  verb = "Move",
): void {
  change(clipId, `${verb} the ${ZONE_NAMES[kind]}`, (draft) => setZone(draft, time, kind, rect));
}
