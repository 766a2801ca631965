import { RadioGroup } from "radix-ui";
import { useEffect, useState } from "react";
import { listCaptionStyles } from "../api/client";
import { complain } from "../store/store";
import { CueDrawing } from "./CaptionOverlay";
import { useFonts } from "./fonts";
import type { StyleSample } from "./layout";

interface Props {
  style: string;
  onChoose: (style: string, title: string) => void;
}

/** Asked for once: the styles are part of the installed version. */
let asked: Promise<StyleSample[]> | null = null;

/** The caption styles, each drawn as it will be burned. */
export function StylePicker({ style, onChoose }: Props) {
  const [samples, setSamples] = useState<StyleSample[]>([]);
  useEffect(() => {
    asked ??= listCaptionStyles();
    asked.then(setSamples, (thrown: unknown) => {
      asked = null;
      complain(thrown);
    });
  }, []);
  const titles = new Map(samples.map((sample) => [sample.style, sample.title]));
  return (
    <section>
      <h3>Style</h3>
      <RadioGroup.Root
        className="caption-styles"
        aria-label="Caption style"
        value={style}
        onValueChange={(value) => onChoose(value, titles.get(value) ?? value)}
      >
        {samples.map((sample) => (
          <RadioGroup.Item
            key={sample.style}
            value={sample.style}
            className="option caption-style"
            data-testid={`style-${sample.style}`}
          >
            <Sample sample={sample} />
            <span>{sample.title}</span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </section>
  );
}

/** The moment at which samples are drawn: their second word is half spoken. */
const MOMENT = 1;

function Sample({ sample }: { sample: StyleSample }) {
  const { layout } = sample;
  const ready = useFonts(layout.fonts);
  const [cue] = layout.cues;
  if (cue === undefined) return null;
  const middle = cue.words[0]?.baseline ?? 0;
  // All at one scale and cropped to the words: the styles differ in size, too.
  const width = layout.width / 2.9;
  const height = width / 2;
  const view = [(layout.width - width) / 2, middle - height * 0.6, width, height].join(" ");
  return (
    <svg className="style-picture" viewBox={view} aria-hidden="true">
      {ready && <CueDrawing cue={cue} look={layout.look} time={MOMENT} height={layout.height} />}
    </svg>
  );
}
