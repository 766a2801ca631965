import { useEffect, useRef, useState } from "react";
import { speakerColour } from "../timeline/inks";

interface Props {
  name: string;
  /** The speaker's place in the order of colours. */
  place: number;
  onRename: (name: string) => void;
}

/** A speaker's name, which a press turns into a field. Enter keeps what was typed, Escape does not. */
export function SpeakerName({ name, place, onRename }: Props) {
  const [editing, setEditing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const given = useRef(false);
  useEffect(() => {
    given.current = false;
    if (editing) field.current?.select();
  }, [editing]);

  function finish(keep: boolean): void {
    if (given.current) return; // Enter, and then the blur that follows it.
    given.current = true;
    const typed = field.current?.value.trim() ?? "";
    setEditing(false);
    if (keep && typed !== name) onRename(typed);
  }

  const dot = <span className="speaker-dot" style={{ background: speakerColour(place) }} />;
  if (editing) {
    return (
      <span className="speaker">
        {dot}
        <input
          ref={field}
          className="field speaker-field"
          aria-label="The speaker's name"
          placeholder={`Speaker ${place + 1}`}
          defaultValue={name}
          maxLength={60}
          onBlur={() => finish(true)}
          onKeyDown={(event) => {
            if (event.key === "Enter") finish(true);
            if (event.key === "Escape") finish(false);
          }}
        />
      </span>
    );
  }
  return (
    <button
      type="button"
      className="speaker speaker-button"
      title="Give this speaker a name"
      aria-label={`${name}. Give this speaker a name`}
      onClick={() => setEditing(true)}
    >
      {dot}
      {name}
    </button>
  );
}
