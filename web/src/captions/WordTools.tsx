import { Slider } from "radix-ui";
import { useRef } from "react";
import type { Clip } from "../api/types";
import { Button } from "../ui/Button";
import { Cross } from "../ui/icons";
import type { ChangeCaptions } from "./CaptionPanel";
import {
  correctionOf,
  hide,
  joinUp,
  restore,
  SHORTEST,
  setTimes,
  splitBefore,
  unhide,
} from "./edits";
import type { CaptionLayout, ClipWord } from "./layout";
import { type Row, room } from "./rows";
import { useSliding } from "./useSliding";

interface Props {
  clip: Clip;
  layout: CaptionLayout;
  row: Row;
  word: ClipWord;
  onChange: ChangeCaptions;
  onClose: () => void;
}

/** What can be done with the chosen word, besides typing: when it is spoken, and with which. */
export function WordTools({ clip, layout, row, word, onChange, onClose }: Props) {
  const name = word.text || word.said;
  const shown = row.words.filter((one) => one.text !== "");
  const first = shown[0]?.index === word.index;
  const earliest = layout.words.find((one) => one.text !== "")?.index === word.index;
  const hidden = word.text === "";
  return (
    <fieldset className="word-tools" aria-label={`The word “${name}”`}>
      {!hidden && <Times clip={clip} layout={layout} word={word} />}
      <div className="word-actions">
        {!hidden && !first && (
          <Button
            data-testid="split-cue"
            onClick={() => onChange(`Split before “${name}”`, (draft) => splitBefore(draft, word))}
          >
            Split before
          </Button>
        )}
        {!hidden && first && !earliest && (
          <Button
            data-testid="join-cue"
            onClick={() =>
              onChange(`Join “${name}” to the cue before`, (draft) => joinUp(draft, shown))
            }
          >
            Join to previous
          </Button>
        )}
        <Button
          data-testid="hide-word"
          onClick={() =>
            hidden
              ? onChange(`Show “${name}”`, (draft) => unhide(draft, word))
              : onChange(`Hide “${name}”`, (draft) => hide(draft, word))
          }
        >
          {hidden ? "Show" : "Hide"}
        </Button>
        {correctionOf(clip.captions, word) !== undefined && (
          <Button
            tone="quiet"
            data-testid="restore-word"
            onClick={() =>
              onChange(`“${word.said}” as transcribed`, (draft) => restore(draft, word))
            }
          >
            As transcribed
          </Button>
        )}
      </div>
      <Button tone="quiet" className="word-close" aria-label="Done" onClick={onClose}>
        <Cross />
      </Button>
    </fieldset>
  );
}

interface TimesProps {
  clip: Clip;
  layout: CaptionLayout;
  word: ClipWord;
}

/** The word's start and end: dragged, or moved by a frame with the arrow keys. */
function Times({ clip, layout, word }: TimesProps) {
  // The range stays as it is while a handle moves, or it would run away from the pointer.
  const held = useRef<{ from: number; to: number } | null>(null);
  const sliding = useSliding();
  if (!sliding.isHeld()) held.current = null;
  const { from, to } = held.current ?? room(layout.words, word);
  const own = correctionOf(clip.captions, word);
  const start = own?.start ?? word.start;
  const end = own?.end ?? word.end;
  const frame = 1 / layout.fps;
  // A step is counted from the left end: it lies a whole number of them before the start.
  const left = start - Math.floor((start - from) / frame) * frame;
  const past = (time: number) => (time - clip.start).toFixed(2);
  return (
    <div className="word-times">
      <span className="tabular muted">{past(start)}</span>
      <Slider.Root
        className="slider"
        min={left}
        max={to}
        step={frame}
        minStepsBetweenThumbs={Math.ceil(SHORTEST / frame)}
        value={[start, Math.min(to, end)]}
        onValueChange={([first, last]) => {
          if (first === undefined || last === undefined) return;
          held.current = { from: left, to };
          sliding.change(`Time of “${word.text}”`, (clips) => {
            const draft = clips[clip.id];
            if (draft !== undefined) setTimes(draft.captions, word, first, last);
          });
        }}
        {...sliding.hands}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label={`Start of “${word.text}”`}
          aria-valuetext={`${past(start)} s`}
          data-testid="word-start"
        />
        <Slider.Thumb
          className="slider-thumb"
          aria-label={`End of “${word.text}”`}
          aria-valuetext={`${past(end)} s`}
          data-testid="word-end"
        />
      </Slider.Root>
      <span className="tabular muted">{past(end)} s</span>
    </div>
  );
}
