import { memo, useEffect, useRef } from "react";
import type { Clip } from "../api/types";
import { clock, heat, span } from "../ui/format";
import { Cross, Tick } from "../ui/icons";

interface Props {
  clip: Clip;
  rank: number;
  selected: boolean;
  onSelect: (clip: Clip) => void;
}

/** Scrolls the list, and never the page, until the row is in sight. */
function reveal(row: HTMLElement): void {
  const list = row.closest("ol");
  if (list === null) return;
  const [frame, place] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  const above = frame.top - place.top;
  const below = place.bottom - frame.bottom;
  if (above > 0) list.scrollTop -= above;
  else if (below > 0) list.scrollTop += below;
}

/** One found moment in the list: its score as heat, its place, and why it was found. */
export const Candidate = memo(function Candidate({ clip, rank, selected, onSelect }: Props) {
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (selected && element.current !== null) reveal(element.current);
  }, [selected]);
  return (
    <li className={`candidate candidate-${clip.state} ${selected ? "candidate-selected" : ""}`}>
      <button
        ref={element}
        type="button"
        className="candidate-button"
        data-testid="candidate"
        data-state={clip.state}
        aria-current={selected}
        onClick={() => onSelect(clip)}
      >
        <span className="candidate-heat" style={{ background: heat(clip.score) }} />
        <span className="candidate-score" data-testid="candidate-score">
          {Math.round(clip.score)}
        </span>
        <span className="candidate-words">
          <strong className="clip-text">{clip.title || `Moment ${rank}`}</strong>
          <span className="muted tabular">
            {clock(clip.start)} – {clock(clip.end)} · {span(clip.end - clip.start)}
          </span>
          <span className="candidate-why clip-text">{clip.reasons.join(" · ")}</span>
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
    </li>
  );
});
