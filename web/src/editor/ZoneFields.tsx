import type { Rect, Zone } from "../api/types";
import { Button } from "../ui/Button";
import { change, useEditor } from "./context";
import { usualInset } from "./geometry";
import { NumberField } from "./NumberField";
import { type Picture, setPip } from "./picture";
import { onPixels } from "./snapping";
import { placeZone, ZONE_NAMES } from "./ZoneBox";

interface FieldsProps {
  kind: Zone["kind"];
  picture: Picture;
  time: number;
}

const SIDES = [
  ["x", "X"],
  ["y", "Y"],
  ["w", "Width"],
  ["h", "Height"],
] as const;

/** A zone in whole pixels of the recording. */
export function ZoneFields({ kind, picture, time }: FieldsProps) {
  const { clip, source } = useEditor();
  const rect = picture.zones.find((zone) => zone.kind === kind)?.rect ?? { x: 0, y: 0, w: 1, h: 1 };
  const { width, height } = source;
  const shown = onPixels(rect, width, height);

  function set(side: keyof Rect, pixels: number): void {
    const next = { ...shown, [side]: pixels / (side === "x" || side === "w" ? width : height) };
    // A rectangle stays in the frame: what is too wide for its place is moved.
    next.x = Math.min(next.x, 1 - next.w);
    next.y = Math.min(next.y, 1 - next.h);
    placeZone(clip.id, time, kind, next, side === "w" || side === "h" ? "Resize" : "Move");
  }

  return (
    <fieldset className="numbers">
      <legend className="capital">{ZONE_NAMES[kind]}, pixels of the recording</legend>
      {SIDES.map(([side, words]) => {
        const size = side === "x" || side === "w" ? width : height;
        const length = side === "x" || side === "y";
        return (
          <NumberField
            key={side}
            label={words}
            testId={`${kind}-${side}`}
            value={Math.round(shown[side] * size)}
            min={length ? 0 : 16}
            max={length ? size - 16 : size}
            onChange={(pixels) => set(side, pixels)}
          />
        );
      })}
    </fieldset>
  );
}

interface InsetProps {
  picture: Picture;
  facecam: Rect;
  time: number;
}

/** Where the inset lies on the exported picture, in its pixels. */
export function InsetFields({ picture, facecam, time }: InsetProps) {
  const { clip, source, output } = useEditor();
  const rect = picture.pip ?? usualInset(facecam, source, output);
  const { width, height } = output;
  const shown = onPixels(rect, width, height);
  const set = (next: Rect | null) =>
    change(clip.id, "Move the inset", (draft) => setPip(draft, time, next));
  return (
    <fieldset className="numbers">
      <legend>Inset, pixels of the export</legend>
      {SIDES.map(([side, words]) => {
        const size = side === "x" || side === "w" ? width : height;
        return (
          <NumberField
            key={side}
            label={words}
            testId={`pip-${side}`}
            value={Math.round(shown[side] * size)}
            min={side === "x" || side === "y" ? 0 : 32}
            max={size}
            onChange={(pixels) => {
              const next = { ...shown, [side]: pixels / size };
              next.x = Math.min(next.x, 1 - next.w);
              next.y = Math.min(next.y, 1 - next.h);
              if (next.x >= 0 && next.y >= 0) set(next);
            }}
          />
        );
      })}
      {picture.pip !== null && (
        <Button tone="quiet" onClick={() => set(null)}>
          Back to its usual place
        </Button>
      )}
    </fieldset>
  );
}
