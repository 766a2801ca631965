import { type KeyboardEvent, useState } from "react";
import { stepped, typedNumber } from "./numbers";

interface Props {
  label: string;
  value: number;
  min: number;
  max: number;
  testId?: string;
  /** Called with a whole number within the bounds, when a person has done typing it. */
  onChange: (value: number) => void;
}

/** A number of pixels: typed, or moved with the arrows; Shift moves by ten, Escape takes it back. */
export function NumberField({ label, value, min, max, testId, onChange }: Props) {
  const [text, setText] = useState<string | null>(null);

  function finish(): void {
    const number = text === null ? null : typedNumber(text, { min, max });
    setText(null);
    if (number !== null && number !== value) onChange(number);
  }

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "Enter") finish();
    else if (event.key === "Escape" && text !== null) {
      event.stopPropagation();
      setText(null);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      const step = (event.shiftKey ? 10 : 1) * (event.key === "ArrowUp" ? 1 : -1);
      const number = stepped(text, value, step, { min, max });
      setText(null);
      if (number !== value) onChange(number);
    }
  }

  return (
    <label className="number">
      <span>{label}</span>
      <input
        className="field tabular"
        inputMode="numeric"
        data-testid={testId}
        value={text ?? value}
        onChange={(event) => setText(event.target.value)}
        onBlur={finish}
        onKeyDown={press}
      />
    </label>
  );
}
