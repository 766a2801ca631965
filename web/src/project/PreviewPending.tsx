import { Progress } from "../ui/Progress";
import type { PipelineStep } from "./steps";

/** In place of the player while the preview is not there: how far it is, or why it never comes. */
export function PreviewPending({ rows }: { rows: PipelineStep[] }) {
  const step = rows.find((row) => row.step.name === "proxy")?.step;
  const waiting = step?.status === "processing" || step?.status === "pending";
  return (
    <div className="player player-pending" data-testid="preview-pending">
      {waiting ? (
        <>
          <p>
            The preview is being built.{" "}
            <span className="muted">It can be played here before it is done.</span>
          </p>
          <Progress label="Preview" value={step.progress} idle={step.status === "pending"} />
        </>
      ) : (
        <p>
          There is no preview.{" "}
          <span className="muted">{step?.error?.message ?? step?.reason ?? ""}</span>
        </p>
      )}
    </div>
  );
}
