import { useMemo } from "react";
import { Button } from "../ui/Button";
import { Tick } from "../ui/icons";
import { moment } from "./clashWords";
import { type Suggestion, suggestions } from "./cleanup";
import { change, useEditor } from "./context";
import { withCut } from "./spans";

const seconds = (length: number) => `${length.toFixed(1)} s`;

/** Pauses and fillers that could be left out; nothing is until a person says so. */
export function CleanupTab() {
  const { clip, clock, words } = useEditor();
  const found = useMemo(() => {
    const inside = words.filter((word) => word.start >= clip.start && word.end <= clip.end);
    return suggestions(clip, inside);
  }, [clip, words]);
  const sure = found.filter((one) => one.sure);
  const saved = sure.reduce((sum, one) => sum + one.end - one.start, 0);

  function accept(chosen: readonly Suggestion[], label: string): void {
    change(clip.id, label, (draft) => {
      for (const one of chosen) draft.cuts = withCut(draft.cuts, one);
    });
  }

  return (
    <div className="tab-body">
      {found.length === 0 ? (
        <p className="muted" data-testid="nothing-to-clean">
          No pause of 0.6 s or more and no filler is left in this clip.
        </p>
      ) : (
        <>
          <p className="muted small">
            Pauses keep 0.15 s of breath at each side. Words in doubt are only cut one by one.
          </p>
          <Button
            tone="ember"
            data-testid="clean-all"
            disabled={sure.length === 0}
            onClick={() => accept(sure, `Clean up ${sure.length} places`)}
          >
            Cut all {sure.length} · {seconds(saved)} shorter
          </Button>
          <ul className="suggestions" data-testid="suggestions">
            {found.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  className="suggestion"
                  onClick={() => clock.seek(Math.max(clip.start, one.start - 1))}
                >
                  <span className="tabular muted">{moment(one.start)}</span>
                  <span className="clip-text">
                    {one.kind === "silence" ? "Pause" : `“${one.text}”`}
                    {!one.sure && <span className="muted"> in doubt</span>}
                  </span>
                  <span className="tabular">{seconds(one.end - one.start)}</span>
                </button>
                <Button
                  tone="quiet"
                  aria-label={`Cut ${one.kind === "silence" ? "the pause" : one.text} at ${moment(one.start)}`}
                  onClick={() =>
                    accept([one], one.kind === "silence" ? "Cut a pause" : `Cut “${one.text}”`)
                  }
                >
                  <Tick />
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      <CutList />
    </div>
  );
}

/** What is left out already. */
function CutList() {
  const { clip, clock } = useEditor();
  if (clip.cuts.length === 0) return null;
  return (
    <section>
      <h3>Cut out</h3>
      <ul className="suggestions">
        {clip.cuts.map((cut) => (
          <li key={`${cut.start}-${cut.end}`}>
            <button
              type="button"
              className="suggestion"
              onClick={() => clock.seek(Math.max(clip.start, cut.start - 1))}
            >
              <span className="tabular muted">{moment(cut.start)}</span>
              <span>left out</span>
              <span className="tabular">{seconds(cut.end - cut.start)}</span>
            </button>
            <Button
              tone="quiet"
              aria-label={`Restore the cut at ${moment(cut.start)}`}
              onClick={() =>
                change(clip.id, "Restore a cut", (draft) => {
                  draft.cuts = draft.cuts.filter(
                    (one) => one.start !== cut.start || one.end !== cut.end,
                  );
                })
              }
            >
              Restore
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
