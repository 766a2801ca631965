import { speakerColour } from "../timeline/inks";
import { NameField, useNaming } from "../ui/NameField";

interface Props {
  name: string;
  /** The speaker's place in the order of colours. */
  place: number;
  onRename: (name: string) => void;
}

/** A speaker's name, which a press turns into a field. Enter keeps what was typed, Escape does not. */
export function SpeakerName({ name, place, onRename }: Props) {
  const {
    naming,
    place: button,
    start,
    finish,
  } = useNaming<HTMLButtonElement>((typed) => {
    if (typed !== name) onRename(typed);
  });
  const dot = <span className="speaker-dot" style={{ background: speakerColour(place) }} />;
  if (naming) {
    return (
      <span className="speaker">
        {dot}
        <NameField
          name={name}
          label="The speaker's name"
          placeholder={`Speaker ${place + 1}`}
          maxLength={60}
          className="speaker-field"
          onDone={finish}
        />
      </span>
    );
  }
  return (
    <button
      ref={button}
      type="button"
      className="speaker speaker-button"
      title="Give this speaker a name"
      aria-label={`${name}. Give this speaker a name`}
      onClick={start}
    >
      {dot}
      {name}
    </button>
  );
}
