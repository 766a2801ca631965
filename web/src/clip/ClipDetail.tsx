import type { Clip, ClipState, Job } from "../api/types";
import { readable } from "../project/steps";
import { isActive } from "../store/server";
import { Button } from "../ui/Button";
import { clock, span } from "../ui/format";
import { Cross, Hammer, Tick } from "../ui/icons";
import { ExportItem } from "./ExportItem";
import { editClip } from "./editing";
import { exportsOf, startExport } from "./exports";
import { partsOf } from "./order";

/** Marks a clip, or takes the same mark off again. */
export function mark(clip: Clip, state: Exclude<ClipState, "suggested">): void {
  void editClip(clip, { state: clip.state === state ? "suggested" : state });
}

interface Props {
  clip: Clip;
  jobs: Job[];
  showCrop: boolean;
  onShowCrop: (show: boolean) => void;
}

/** Everything about the chosen moment: what to do with it, why it was found, what it became. */
export function ClipDetail({ clip, jobs, showCrop, onShowCrop }: Props) {
  const exported = exportsOf(jobs, clip.id);
  const busy = exported.some(isActive);
  return (
    <section className="detail" aria-label="The chosen moment">
      <header className="detail-head">
        <div className="detail-title">
          <h2 className="clip-text">{clip.title || "Untitled moment"}</h2>
          <p className="muted tabular">
            {clock(clip.start)} – {clock(clip.end)} · {span(clip.end - clip.start)}
          </p>
        </div>
        <div className="detail-actions">
          <Button
            pressed={clip.state === "kept"}
            data-testid="keep-button"
            onClick={() => mark(clip, "kept")}
          >
            <Tick /> Keep
          </Button>
          <Button
            pressed={clip.state === "skipped"}
            data-testid="skip-button"
            onClick={() => mark(clip, "skipped")}
          >
            <Cross /> Skip
          </Button>
          <Button
            tone="ember"
            data-testid="export-button"
            disabled={busy}
            onClick={() => void startExport(clip)}
          >
            <Hammer /> {busy ? "Exporting…" : "Export 9:16"}
          </Button>
        </div>
      </header>
      {exported.length > 0 && (
        <ul className="exports" aria-label="Exports of this moment">
          {exported.map((job) => (
            <ExportItem key={job.id} job={job} />
          ))}
        </ul>
      )}
      <Why clip={clip} />
      {clip.zones.length > 0 && (
        <label className="switch">
          <input
            type="checkbox"
            checked={showCrop}
            onChange={(event) => onShowCrop(event.target.checked)}
          />
          Show the vertical crop on the preview
        </label>
      )}
    </section>
  );
}

function Why({ clip }: { clip: Clip }) {
  const parts = partsOf(clip);
  return (
    <div className="why">
      <div>
        <h3>Why this moment</h3>
        <ul className="reasons">
          {clip.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </div>
      {parts.length > 0 && (
        <div>
          <h3>What made its {Math.round(clip.score)}</h3>
          <dl className="parts">
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
        </div>
      )}
    </div>
  );
}
