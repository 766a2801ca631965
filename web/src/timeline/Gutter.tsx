import { readable } from "../project/steps";
import { speakerColour } from "./inks";
import type { Lane } from "./lanes";

interface Props {
  lanes: Lane[];
  /** In the order of their colours. */
  speakers: string[];
  nameOf: (speaker: string) => string;
}

const WORDS: Partial<Record<Lane["kind"], string>> = {
  thumbs: "Picture",
  sound: "Sound",
  moments: "Moments",
  highlight: "Highlights",
};

/** The lanes' names, at their left. */
export function Gutter({ lanes, speakers, nameOf }: Props) {
  return (
    <div className="gutter" aria-hidden="true">
      {lanes.map((lane) => (
        <span
          key={lane.id}
          className={`gutter-name gutter-${lane.kind}`}
          style={{ top: lane.top, height: lane.height }}
        >
          {lane.kind === "speaker" && (
            <span
              className="gutter-dot"
              style={{ background: speakerColour(speakers.indexOf(lane.of)) }}
            />
          )}
          <span className="clip-text">
            {lane.kind === "speaker"
              ? nameOf(lane.of)
              : (WORDS[lane.kind] ?? (lane.kind === "signal" ? readable(lane.of) : ""))}
          </span>
        </span>
      ))}
    </div>
  );
}
