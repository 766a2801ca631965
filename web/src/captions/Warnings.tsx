import { clock } from "../ui/format";
import { Tick, Warning } from "../ui/icons";
import type { CaptionWarning } from "./layout";

interface Props {
  warnings: CaptionWarning[];
  onSeek: (time: number) => void;
}

/** What viewers may stumble over; a click goes to the place. */
export function Warnings({ warnings, onSeek }: Props) {
  if (warnings.length === 0) {
    return (
      <p className="caption-fine">
        <Tick /> Nothing to complain about: speed, lengths and places are fine.
      </p>
    );
  }
  const count = warnings.length;
  return (
    <details className="caption-warnings" open={count <= 3}>
      <summary data-testid="caption-warnings">
        <Warning /> {count === 1 ? "One thing" : `${count} things`} to look at
      </summary>
      <ul>
        {warnings.map(({ code, at, message, hint }) => (
          <li key={`${code} ${at} ${message}`}>
            <button type="button" onClick={() => onSeek(at)}>
              <span className="tabular muted">{clock(at)}</span>
              <span>
                {message} <span className="muted">{hint}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
