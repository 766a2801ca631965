import { memo } from "react";
import type { Clip } from "../api/types";
import { titleOf } from "../clip/titleOf";
import { clock, heat, span } from "../ui/format";
import { Cross, Tick } from "../ui/icons";

interface Props {
  clip: Clip;
  rank: number;
  selected: boolean;
  onSelect: (clip: Clip) => void;
}

/** One moment in the list: its rank, its score as heat, its place, and why it was found. */
export const Candidate = memo(function Candidate({ clip, rank, selected, onSelect }: Props) {
  return (
    <button
      type="button"
      className="candidate-button"
      data-testid="candidate"
      data-state={clip.state}
      aria-current={selected}
      onClick={() => onSelect(clip)}
    >
      <span className="candidate-heat" style={{ background: heat(clip.score) }} />
      <span className="candidate-score">
        {clip.score > 0 ? (
          <span data-testid="candidate-score">{Math.round(clip.score)}</span>
        ) : (
          <span title="Marked by hand: it has no score">–</span>
        )}
        <small>#{rank}</small>
      </span>
      <span className="candidate-words">
        <strong className="clip-text" dir="auto">
          {titleOf(clip)}
        </strong>
        <span className="muted tabular">
          {clock(clip.start)} – {clock(clip.end)} · {span(clip.end - clip.start)}
        </span>
        {!selected && clip.reasons.length > 0 && (
          <span className="candidate-why clip-text">{clip.reasons.join(" · ")}</span>
        )}
      </span>
      {clip.state === "kept" && (
        <span className="stamp stamp-kept">
          <Tick />
          <span className="visually-hidden">kept</span>
        </span>
      )}
      {clip.state === "skipped" && (
        <span className="stamp">
          <Cross />
          <span className="visually-hidden">skipped</span>
        </span>
      )}
    </button>
  );
});
