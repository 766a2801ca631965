import { type PointerEvent, useState } from "react";
import type { Rect, Zone } from "../api/types";
import { Player } from "../player/Player";
import type { Source } from "../player/source";
import { usePlayhead } from "../player/usePlayhead";
import { gesture } from "../store/history";
import { Button } from "../ui/Button";
import { drag } from "../ui/drag";
import { going, useEditor } from "./context";
import { FoundOutline } from "./FoundFacecam";
import { wantedShape } from "./geometry";
import { drawZone, pictureAt } from "./picture";
import { StageTitle } from "./StageSwitch";
import { between, type Guides, guidesFor } from "./snapping";
import { ZONE_NAMES, ZoneBox } from "./ZoneBox";

const KINDS: Zone["kind"][] = ["gameplay", "facecam"];

/** Whether the layout shows a zone at all. */
function isShown(kind: Zone["kind"], layout: string): boolean {
  return kind === "gameplay" || layout === "split" || layout === "pip";
}

interface Props {
  /** What there is to play; null while there is no preview. */
  player: Source | null;
}

/** The recording's own picture, with the zones on it. */
export function SourceStage({ player }: Props) {
  const state = useEditor();
  const { clip, vod, clock, source, output } = state;
  const at = usePlayhead((time) => pictureAt(clip, time).at);
  const time = at ?? Math.min(clip.start, clip.keyframes[0]?.at ?? clip.start) - 1e-3;
  const picture = pictureAt(clip, time);
  const [lines, setLines] = useState<Guides | null>(null);
  const [drawing, setDrawing] = useState<Zone["kind"] | null>(null);

  function draw(event: PointerEvent<HTMLDivElement>): void {
    if (drawing === null) {
      drag(event, { move: () => undefined, click: () => clock.toggle() });
      return;
    }
    const kind = drawing;
    const frame = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width;
    const y = (event.clientY - frame.top) / frame.height;
    drag(event, {
      label: `Draw the ${ZONE_NAMES[kind]}`,
      move: (dx, dy) => {
        const rect = between(x, y, x + dx / frame.width, y + dy / frame.height);
        going(clip.id, (draft) => drawZone(draft, time, kind, rect));
      },
      done: () => setDrawing(null),
    });
  }

  const rects = picture.zones.map((zone) => zone.rect);
  const shapeOf = (kind: Zone["kind"]) => {
    const shape = wantedShape(kind, picture.zones, picture.layout, source, output);
    return shape === null ? null : (shape * source.height) / source.width;
  };
  return (
    <section className="editor-source" aria-label="The recording, with the zones that are shown">
      <header className="stage-head">
        <StageTitle stage="source" />
        <span className="muted stage-note">
          {drawing === null ? whereWords(at !== null) : `Drag over the ${drawing}.`}
        </span>
        {KINDS.map((kind) => (
          <Button
            key={kind}
            tone="quiet"
            pressed={drawing === kind}
            data-testid={`draw-${kind}`}
            title={`Draw the ${ZONE_NAMES[kind]} anew`}
            onClick={() => {
              gesture.abandon();
              setDrawing(drawing === kind ? null : kind);
            }}
          >
            Draw {kind}
          </Button>
        ))}
      </header>
      <div className="stage" style={{ "--ratio": source.width / source.height } as object}>
        {player === null ? (
          <p className="stage-empty muted">
            The preview of this recording is not there yet. The zones can be set by numbers
            meanwhile, and the clip can be exported.
          </p>
        ) : (
          <Player vod={vod} source={player}>
            <div
              className={`zones ${drawing === null ? "" : "zones-drawing"}`}
              data-testid="zones"
              onPointerDown={draw}
            >
              {picture.zones
                .filter((zone) => isShown(zone.kind, picture.layout))
                .map((zone) => (
                  <ZoneBox
                    key={zone.kind}
                    kind={zone.kind}
                    rect={zone.rect}
                    time={time}
                    guides={guidesFor(othersOf(rects, zone.rect))}
                    shape={shapeOf(zone.kind)}
                    onLines={setLines}
                  />
                ))}
              {drawing === null && <FoundOutline time={time} />}
              {lines?.x.map((x) => (
                <span key={`x${x}`} className="guide guide-x" style={{ left: `${100 * x}%` }} />
              ))}
              {lines?.y.map((y) => (
                <span key={`y${y}`} className="guide guide-y" style={{ top: `${100 * y}%` }} />
              ))}
            </div>
          </Player>
        )}
      </div>
    </section>
  );
}

const othersOf = (rects: Rect[], own: Rect) => rects.filter((rect) => rect !== own);

const whereWords = (keyframe: boolean) =>
  keyframe ? "Zones from the keyframe before the playhead" : "Drag the zones, or pull their edges";
