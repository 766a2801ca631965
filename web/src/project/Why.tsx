import type { Clip } from "../api/types";
import { partsOf } from "../clip/order";
import { readable } from "./steps";

/** How many signals have a bar; the rest gave next to nothing. */
const MOST = 5;

/** Why a moment was found: its reasons in words, and which signal gave how much of its score. */
export function Why({ clip }: { clip: Clip }) {
  const parts = partsOf(clip).slice(0, MOST);
  if (clip.reasons.length === 0 && parts.length === 0) {
    return <p className="why-none muted">You marked this moment yourself.</p>;
  }
  return (
    <div className="why">
      <ul className="reasons" aria-label="Why this moment">
        {clip.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {parts.length > 0 && (
        <dl className="parts" aria-label={`What made its ${Math.round(clip.score)}`}>
          {parts.map(({ signal, share }) => (
            <div key={signal}>
              <dt>{readable(signal)}</dt>
              <dd>
                <span className="part-bar" aria-hidden="true">
                  <span style={{ width: `${Math.min(100, share * 100)}%` }} />
                </span>
                <span className="tabular muted">{Math.round(share * 100)} %</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
