import { RadioGroup } from "radix-ui";
import type { Layout } from "../api/types";
import { usePlayhead } from "../player/usePlayhead";
import { commit } from "../store/history";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Cross } from "../ui/icons";
import { moment } from "./clashWords";
import { change, useEditor } from "./context";
import { FoundOffer } from "./FoundFacecam";
import {
  addKeyframe,
  dropFacecam,
  dropKeyframe,
  pictureAt,
  setLayout,
  spreadPicture,
  usualFacecam,
} from "./picture";
import { InsetFields, ZoneFields } from "./ZoneFields";

const LAYOUTS: Record<Layout, { name: string; words: string }> = {
  single: { name: "Single", words: "The gameplay zone fills the picture." },
  split: { name: "Split", words: "The facecam above, the gameplay below." },
  pip: { name: "Inset", words: "The gameplay fills the picture, the facecam lies on it." },
  full: { name: "Full", words: "The whole zone, with a soft backdrop where it leaves room." },
};

/** What a clip shows: its layout, its zones in pixels, and where that changes. */
export function LayoutTab() {
  const { clip, clock, source, found } = useEditor();
  const at = usePlayhead((time) => pictureAt(clip, time).at);
  const time = at ?? Number.NEGATIVE_INFINITY;
  const picture = pictureAt(clip, time);
  const others = useStore(
    (store) =>
      Object.values(store.doc.clips).filter(
        (one) => one.vod_id === clip.vod_id && one.id !== clip.id && one.state !== "skipped",
      ).length,
  );
  function set(layout: Layout): void {
    const clips = Object.values(useStore.getState().doc.clips);
    const usual = usualFacecam(clips, clip) ?? found?.rect;
    change(clip.id, `Layout: ${LAYOUTS[layout].name}`, (draft) =>
      setLayout(draft, time, layout, usual),
    );
  }
  const facecam = picture.zones.find((zone) => zone.kind === "facecam");
  const uses = picture.layout === "split" || picture.layout === "pip";
  return (
    <div className="tab-body">
      <section>
        <h3>{at === null ? "Layout" : `Layout from ${moment(at)} on`}</h3>
        <RadioGroup.Root
          className="layouts"
          aria-label="Layout"
          value={picture.layout}
          onValueChange={(value) => set(value as Layout)}
        >
          {(Object.keys(LAYOUTS) as Layout[]).map((layout) => (
            <RadioGroup.Item
              key={layout}
              value={layout}
              className="option layout"
              data-testid={`layout-${layout}`}
              title={LAYOUTS[layout].words}
            >
              <Drawing layout={layout} />
              {LAYOUTS[layout].name}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <p className="muted small">{LAYOUTS[picture.layout].words}</p>
      </section>
      <FoundOffer time={time} />
      {(["gameplay", ...(uses ? (["facecam"] as const) : [])] as const).map((kind) => (
        <ZoneFields key={kind} kind={kind} picture={picture} time={time} />
      ))}
      {picture.layout === "pip" && facecam !== undefined && (
        <InsetFields picture={picture} facecam={facecam.rect} time={time} />
      )}
      {facecam !== undefined && (
        <Button
          tone="quiet"
          onClick={() =>
            change(clip.id, "Remove the facecam zone", (draft) => dropFacecam(draft, time))
          }
        >
          Remove the facecam zone
        </Button>
      )}
      {others > 0 && (
        <Button
          data-testid="spread"
          title="Layout, zones and inset; keyframes and skipped clips stay as they are"
          onClick={() =>
            void commit(
              `Same picture for ${others} more clips`,
              (clips) => spreadPicture(clips, clip),
              clip.id,
            )
          }
        >
          Use for the other {others === 1 ? "clip" : `${others} clips`} too
        </Button>
      )}
      <section>
        <h3>Keyframes</h3>
        <p className="muted small">
          From a keyframe on, the clip can have another layout and other zones: when the game
          changes its screen, say.
        </p>
        <ul className="keyframes">
          {clip.keyframes.map((frame) => (
            <li key={frame.at} className={frame.at === at ? "keyframe-now" : ""}>
              <button
                type="button"
                className="keyframe tabular"
                data-testid="keyframe"
                onClick={() => clock.seek(frame.at)}
              >
                {moment(frame.at)} <span className="muted">{LAYOUTS[frame.layout].name}</span>
              </button>
              <Button
                tone="quiet"
                aria-label={`Delete the keyframe at ${moment(frame.at)}`}
                onClick={() =>
                  change(clip.id, "Delete a keyframe", (draft) => dropKeyframe(draft, frame.at))
                }
              >
                <Cross />
              </Button>
            </li>
          ))}
        </ul>
        <Button
          data-testid="add-keyframe"
          title="F"
          disabled={source.width === 0}
          onClick={() =>
            change(clip.id, "Add a keyframe", (draft) => addKeyframe(draft, clock.time))
          }
        >
          Add a keyframe at the playhead
        </Button>
      </section>
    </div>
  );
}

/** A layout as a little drawing of an upright screen. */
function Drawing({ layout }: { layout: Layout }) {
  return (
    <svg viewBox="0 0 27 48" className="layout-drawing" aria-hidden="true">
      <rect className="drawing-frame" x="0.5" y="0.5" width="26" height="47" rx="3" />
      {layout === "single" && <rect className="drawing-game" x="3" y="3" width="21" height="42" />}
      {layout === "split" && (
        <>
          <rect className="drawing-face" x="3" y="3" width="21" height="14" />
          <rect className="drawing-game" x="3" y="19" width="21" height="26" />
        </>
      )}
      {layout === "pip" && (
        <>
          <rect className="drawing-game" x="3" y="3" width="21" height="42" />
          <rect className="drawing-face" x="5" y="6" width="10" height="8" />
        </>
      )}
      {layout === "full" && <rect className="drawing-game" x="3" y="17" width="21" height="14" />}
    </svg>
  );
}
