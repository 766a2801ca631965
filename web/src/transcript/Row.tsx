import { memo } from "react";
import type { TranscriptSegment, TranscriptWord } from "../api/artifacts";
import { clock } from "../ui/format";
import { SpeakerName } from "./SpeakerName";
import type { Match } from "./search";

interface Props {
  segment: TranscriptSegment;
  words: readonly TranscriptWord[];
  spaced: boolean;
  /** Who speaks, where that is another than in the row before; null otherwise. */
  speaker: string | null;
  speakerPlace: number;
  /** The word being spoken when it is in this row, else -1. */
  spoken: number;
  /** The selected words of this row, as first and last; -1 when none are. */
  selectedFrom: number;
  selectedTo: number;
  /** The matches that touch this row; null when none do. */
  matches: readonly Match[] | null;
  /** The match that was gone to. */
  current: Match | null;
  onRename: (label: string, name: string) => void;
  onTime: (segment: TranscriptSegment, extend: boolean) => void;
}

function has(match: Match | null | undefined, word: number): boolean {
  return match != null && word >= match.first && word <= match.last;
}

/** One segment. It renders again only when something in it changes: a word spoken, chosen, found. */
export const Row = memo(function Row(props: Props) {
  const { segment, words, spaced, spoken, selectedFrom, selectedTo, matches, current } = props;
  const [first, end] = segment.words;

  function kind(word: number): string | undefined {
    const names = [
      word === spoken ? "word-spoken" : "",
      selectedFrom >= 0 && word >= selectedFrom && word <= selectedTo ? "word-selected" : "",
      matches?.some((match) => has(match, word)) ? "word-found" : "",
      has(current, word) ? "word-current" : "",
    ].filter(Boolean);
    return names.length === 0 ? undefined : names.join(" ");
  }

  return (
    <>
      {props.speaker !== null && segment.speaker !== null && (
        <SpeakerName
          name={props.speaker}
          place={props.speakerPlace}
          onRename={(name) => segment.speaker !== null && props.onRename(segment.speaker, name)}
        />
      )}
      <div className="segment">
        <button
          type="button"
          className="segment-time tabular"
          aria-label={`Go to ${clock(segment.start)}`}
          title="Go there. With Shift: select up to here"
          onClick={(event) => props.onTime(segment, event.shiftKey)}
        >
          {clock(segment.start)}
        </button>
        <p className="segment-words" dir="auto">
          {words.slice(first, end).map((word, offset) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place; words never move.
            <span key={first + offset} data-word={first + offset} className={kind(first + offset)}>
              {word.word}
              {spaced ? " " : ""}
            </span>
          ))}
        </p>
      </div>
    </>
  );
});
