import { useState } from "react";
import type { Captions, Clip } from "../api/types";
import { commit } from "../store/history";
import { CueList } from "./CueList";
import { Placing } from "./Placing";
import { SpeakerColours } from "./SpeakerColours";
import { StylePicker } from "./StylePicker";
import { useCaptionLayout } from "./useCaptionLayout";
import { Warnings } from "./Warnings";
import "./panel.css";

interface Props {
  clip: Clip;
  /** Clip seconds. */
  time: number;
  /** Asks the player to go to a time, clip seconds. */
  onSeek: (time: number) => void;
  /** The format whose captions are checked and laid out. */
  preset?: string;
}

/** One step of the history that changes a clip's captions. */
export type ChangeCaptions = (label: string, recipe: (captions: Captions) => void) => void;

/** Everything about a clip's captions that a person may change. */
export function CaptionPanel({ clip, time, onSeek, preset = "9:16" }: Props) {
  const layout = useCaptionLayout(clip, preset);
  const [chosen, choose] = useState<number | null>(null);
  const { captions } = clip;
  const change: ChangeCaptions = (label, recipe) =>
    void commit(label, (clips) => {
      const draft = clips[clip.id];
      if (draft !== undefined) recipe(draft.captions);
    });
  return (
    <section className="tab-body" aria-label="Captions" data-testid="caption-panel">
      <label className="switch">
        <input
          type="checkbox"
          checked={captions.enabled ?? true}
          data-testid="captions-enabled"
          onChange={({ target }) =>
            change(target.checked ? "Captions on" : "Captions off", (draft) => {
              draft.enabled = target.checked;
            })
          }
        />
        Burn the captions into the video
      </label>
      <StylePicker
        style={captions.style ?? "bold"}
        onChoose={(style, title) =>
          change(`Caption style: ${title}`, (draft) => {
            draft.style = style;
          })
        }
      />
      <Placing clip={clip} standing={layout?.middle ?? 0.69} />
      {layout !== null && (
        <>
          <SpeakerColours clip={clip} layout={layout} onChange={change} />
          <Warnings warnings={layout.warnings} onSeek={onSeek} />
          <CueList
            {...{ clip, layout, time, onSeek, chosen }}
            onChoose={choose}
            onChange={change}
          />
        </>
      )}
      {layout === null && <p className="muted">Laying out the captions…</p>}
    </section>
  );
}
