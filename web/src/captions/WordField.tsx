import { useEffect, useRef, useState } from "react";
import type { ClipWord } from "./layout";

interface Props {
  word: ClipWord;
  /** What is shown of it; empty when it is hidden. */
  text: string;
  chosen: boolean;
  corrected: boolean;
  onChoose: () => void;
  onSave: (text: string) => void;
}

/** One word as a field of its own. A hidden one shows what was said, struck through. */
export function WordField({ word, text, chosen, corrected, onChoose, onSave }: Props) {
  const hidden = text === "";
  const [typed, type] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = typed ?? (hidden ? word.said : text);
  // What is typed is saved once, when the field is left: also when it leaves the page.
  const pending = useRef<(() => void) | null>(null);
  pending.current = typed === null || typed === text ? null : () => onSave(typed);
  useEffect(() => () => pending.current?.(), []);

  function leave(): void {
    pending.current?.();
    pending.current = null;
    type(null);
  }

  const marks = [
    "cue-word",
    chosen ? "cue-word-chosen" : "",
    corrected ? "cue-word-corrected" : "",
    hidden ? "cue-word-hidden" : "",
  ];
  return (
    <input
      ref={field}
      className={marks.filter(Boolean).join(" ")}
      aria-label={hidden ? `Hidden: ${word.said}` : `Word: ${text}`}
      title={text === word.said ? undefined : `Transcribed as “${word.said}”`}
      data-testid={`word-${word.index}`}
      dir="auto"
      maxLength={200}
      spellCheck
      size={Math.max(1, [...shown].length)}
      value={shown}
      onFocus={onChoose}
      onChange={(event) => type(event.target.value)}
      onBlur={leave}
      onKeyDown={(event) => {
        // An input method takes its own Enter, which only chooses the letters.
        if (event.key === "Enter" && !event.nativeEvent.isComposing) field.current?.blur();
        if (event.key === "Escape" && typed !== null) {
          // The first Escape takes back what was typed, and nothing else.
          event.stopPropagation();
          pending.current = null;
          type(null);
        }
      }}
    />
  );
}
