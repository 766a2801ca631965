import { Slider } from "radix-ui";
import type { Clip } from "../api/types";
import { commit, gesture } from "../store/history";
import { Button } from "../ui/Button";

interface Props {
  clip: Clip;
  /** Where the captions stand now, as a share of the picture's height. */
  standing: number;
}

/** How high the captions stand and how large they are. */
export function Placing({ clip, standing }: Props) {
  const { middle, scale = 1 } = clip.captions;
  const own = middle === null || middle === undefined;
  const set =
    (field: "middle" | "scale", value: number | null) => (draft: Record<string, Clip>) => {
      const captions = draft[clip.id]?.captions;
      if (captions === undefined) return;
      if (field === "middle") captions.middle = value;
      else captions.scale = value ?? 1;
    };
  return (
    <section>
      <h3>Place and size</h3>
      <Choice
        label="Height"
        shown={own ? "as usual" : `${Math.round(middle * 100)} %`}
        value={own ? standing : middle}
        range={[0.05, 0.95]}
        step={0.01}
        changed={!own}
        onBegin={() => gesture.begin("Move the captions")}
        onValue={(value) => gesture.update(set("middle", value))}
        onReset={() => void commit("Captions at their usual height", set("middle", null))}
      />
      <Choice
        label="Size"
        shown={`${Math.round(scale * 100)} %`}
        value={scale}
        range={[0.5, 1.5]}
        step={0.05}
        changed={scale !== 1}
        onBegin={() => gesture.begin("Resize the captions")}
        onValue={(value) => gesture.update(set("scale", value))}
        onReset={() => void commit("Captions in their usual size", set("scale", null))}
      />
    </section>
  );
}

interface ChoiceProps {
  label: string;
  shown: string;
  value: number;
  range: readonly [number, number];
  step: number;
  changed: boolean;
  onBegin: () => void;
  onValue: (value: number) => void;
  onReset: () => void;
}

function Choice({ label, shown, value, range, step, changed, ...on }: ChoiceProps) {
  return (
    <div className="caption-choice">
      <span aria-hidden="true">{label}</span>
      <Slider.Root
        className="caption-slider"
        min={range[0]}
        max={range[1]}
        step={step}
        value={[value]}
        onValueChange={([next]) => {
          if (!gesture.active()) on.onBegin();
          if (next !== undefined) on.onValue(next);
        }}
        onValueCommit={() => void gesture.end()}
        onKeyDown={(event) => {
          if (event.key === "Escape") gesture.abandon();
        }}
      >
        <Slider.Track className="caption-track">
          <Slider.Range className="caption-range" />
        </Slider.Track>
        <Slider.Thumb
          className="caption-thumb"
          aria-label={`${label} of the captions`}
          aria-valuetext={shown}
          data-testid={`captions-${label.toLowerCase()}`}
        />
      </Slider.Root>
      <span className="tabular caption-value">{shown}</span>
      <Button
        tone="quiet"
        className="caption-reset"
        disabled={!changed}
        aria-label={`${label} as usual`}
        onClick={on.onReset}
      >
        Reset
      </Button>
    </div>
  );
}
