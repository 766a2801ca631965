import { Slider } from "radix-ui";
import type { Clip } from "../api/types";
import { commit } from "../store/history";
import { Button } from "../ui/Button";
import { useSliding } from "./useSliding";

interface Props {
  clip: Clip;
  /** Where the captions stand now, as a share of the picture's height. */
  standing: number;
}

/** How high the captions stand and how large they are. */
export function Placing({ clip, standing }: Props) {
  const { middle, scale = 1 } = clip.captions;
  const [height, size] = [useSliding(), useSliding()];
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
        onValue={(value) => height.change("Move the captions", set("middle", value))}
        hands={height.hands}
        onReset={() => void commit("Captions at their usual height", set("middle", null))}
      />
      <Choice
        label="Size"
        shown={`${Math.round(scale * 100)} %`}
        value={scale}
        range={[0.5, 1.5]}
        step={0.05}
        changed={scale !== 1}
        onValue={(value) => size.change("Resize the captions", set("scale", value))}
        hands={size.hands}
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
  hands: ReturnType<typeof useSliding>["hands"];
  onValue: (value: number) => void;
  onReset: () => void;
}

function Choice({ label, shown, value, range, step, changed, hands, ...on }: ChoiceProps) {
  return (
    <div className="caption-choice">
      <span aria-hidden="true">{label}</span>
      <Slider.Root
        className="slider"
        min={range[0]}
        max={range[1]}
        step={step}
        value={[value]}
        onValueChange={([next]) => {
          if (next !== undefined) on.onValue(next);
        }}
        {...hands}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
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
        aria-label={`Reset the ${label.toLowerCase()}`}
        onClick={on.onReset}
      >
        Reset
      </Button>
    </div>
  );
}
