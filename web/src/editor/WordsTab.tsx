import { type KeyboardEvent, memo, type PointerEvent, useEffect, useRef } from "react";
import { usePlayhead } from "../player/usePlayhead";
import { Button } from "../ui/Button";
import { useEditor } from "./context";
import { cutAt, firstAfter, type Word } from "./spans";
import { cutWords, restoreWords } from "./words";

/** The words of the clip: press one to go there, select some and delete them to cut them out. */
export function WordsTab() {
  const state = useEditor();
  const { clip, clock, words, selection, select } = state;
  const list = useRef<HTMLDivElement>(null);
  const inside = words
    .map((word, place) => ({ word, place }))
    .filter(({ word }) => word.end > clip.start && word.start < clip.end);
  const now = usePlayhead((time) => firstAfter(words, time) - 1);
  const chosen = selection?.kind === "words" ? selection : null;
  const [low, high] =
    chosen === null
      ? [-1, -2]
      : [Math.min(chosen.first, chosen.last), Math.max(chosen.first, chosen.last)];

  useEffect(() => {
    const frame = list.current;
    const word = frame?.querySelector<HTMLElement>(`[data-place="${now}"]`);
    if (frame === null || !word || frame.contains(document.activeElement)) return;
    const top = word.offsetTop - frame.offsetTop;
    if (top < frame.scrollTop || top > frame.scrollTop + frame.clientHeight - 30) {
      frame.scrollTop = top - frame.clientHeight / 3;
    }
  }, [now]);

  function press(event: PointerEvent<HTMLElement>): void {
    const place = placeOf(event.target);
    if (place === null || event.button !== 0) return;
    const first = event.shiftKey && chosen !== null ? chosen.first : place;
    select({ kind: "words", first, last: place });
    const word = words[place];
    if (word !== undefined && !event.shiftKey) clock.seek(word.start);
  }

  function sweep(event: PointerEvent<HTMLElement>): void {
    if (event.buttons !== 1 || chosen === null) return;
    // A finger's press captures the pointer: what is under it has to be asked for.
    const place = placeOf(document.elementFromPoint(event.clientX, event.clientY));
    if (place !== null && place !== chosen.last) select({ ...chosen, last: place });
  }

  function extend(event: KeyboardEvent): void {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = placeOf(document.activeElement);
    const next = inside[inside.findIndex(({ place }) => place === focused) + step];
    if (focused === null || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const first = event.shiftKey && chosen !== null ? chosen.first : next.place;
    select({ kind: "words", first, last: next.place });
    list.current?.querySelector<HTMLElement>(`[data-place="${next.place}"]`)?.focus();
    if (!event.shiftKey) clock.seek(next.word.start);
  }

  if (inside.length === 0) {
    return <p className="tab-body muted">No words are known in this part of the recording.</p>;
  }
  const allCut = inside
    .filter(({ place }) => place >= low && place <= high)
    .every(({ word }) => isCut(clip.cuts, word));
  return (
    <div className="tab-body words-tab">
      <p className="muted small">
        Press a word to go there. Select some by dragging, or with Shift, then delete them. How a
        word is written is corrected in Captions.
      </p>
      <div className="words-actions">
        <Button
          data-testid="cut-words"
          disabled={chosen === null || allCut}
          onClick={() => cutWords(state, low, high)}
        >
          Cut them out
        </Button>
        <Button
          data-testid="restore-words"
          disabled={chosen === null || !allCut}
          onClick={() => restoreWords(state, low, high)}
        >
          Restore
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the words inside are buttons; this
          catches what they do together. */}
      <div
        className="words"
        ref={list}
        data-testid="words"
        dir="auto"
        onPointerDown={press}
        onPointerMove={sweep}
        onKeyDown={extend}
      >
        {inside.map(({ word, place }) => (
          <WordButton
            key={word.index}
            word={word}
            place={place}
            current={place === now}
            cut={isCut(clip.cuts, word)}
            selected={place >= low && place <= high}
          />
        ))}
      </div>
    </div>
  );
}

const isCut = (cuts: readonly { start: number; end: number }[], word: Word) =>
  cutAt(cuts, (word.start + word.end) / 2) !== undefined;

function placeOf(target: EventTarget | null): number | null {
  const found = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
  return found === null ? null : Number(found.dataset["place"]);
}

interface WordProps {
  word: Word;
  place: number;
  current: boolean;
  cut: boolean;
  selected: boolean;
}

const WordButton = memo(function WordButton({ word, place, current, cut, selected }: WordProps) {
  const classes = [current && "word-now", cut && "word-cut", selected && "word-selected"];
  return (
    <button
      type="button"
      className={`word ${classes.filter(Boolean).join(" ")}`}
      data-place={place}
      data-testid="word"
      data-cut={cut}
      aria-pressed={selected}
      aria-label={cut ? `${word.text}, cut out` : word.text}
    >
      {word.text}
    </button>
  );
});
