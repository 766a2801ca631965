import { useEffect, useRef } from "react";
import type { Clip } from "../api/types";
import { useStore } from "../store/store";
import { speakerName } from "../transcript/speakers";
import { Button } from "../ui/Button";
import type { ChangeCaptions } from "./CaptionPanel";
import { setColour } from "./edits";
import type { CaptionLayout } from "./layout";
import { speakersOf } from "./rows";

interface Props {
  clip: Clip;
  layout: CaptionLayout;
  onChange: ChangeCaptions;
}

const NOBODY = {};

/** A colour for each person who speaks in the clip. */
export function SpeakerColours({ clip, layout, onChange }: Props) {
  const names = useStore(
    (store) =>
      store.server.projects[clip.project_id]?.vods.find((vod) => vod.id === clip.vod_id)
        ?.speakers ?? NOBODY,
  );
  const labels = speakersOf(layout);
  if (labels.length === 0) return null;
  return (
    <section>
      <h3>Colours of the speakers</h3>
      <ul className="caption-speakers">
        {labels.map((label) => {
          const name = speakerName(names, layout.speakers, label);
          const own = clip.captions.colours[label];
          return (
            <li key={label}>
              <Colour
                key={own ?? "own"}
                name={name}
                value={own ?? layout.look.colour}
                onPick={(colour) =>
                  onChange(`Colour of ${name}`, (draft) => setColour(draft, label, colour))
                }
              />
              <span className="clip-text">{name}</span>
              {own !== undefined && (
                <Button
                  tone="quiet"
                  className="caption-reset"
                  aria-label={`Reset the colour of ${name}`}
                  onClick={() =>
                    onChange(`Colour of ${name}`, (draft) => setColour(draft, label, null))
                  }
                >
                  Reset
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface ColourProps {
  name: string;
  value: string;
  onPick: (colour: string) => void;
}

/**
 * A colour field that reports once, when the choice is made. React's own `onChange` fires for
 * every shade that the pointer passes; the browser's `change` event does not.
 */
function Colour({ name, value, onPick }: ColourProps) {
  const field = useRef<HTMLInputElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    const report = () => pick.current(element.value);
    element.addEventListener("change", report);
    return () => element.removeEventListener("change", report);
  }, []);
  return (
    <input
      ref={field}
      type="color"
      className="caption-colour"
      aria-label={`Colour of ${name}`}
      defaultValue={value}
    />
  );
}
