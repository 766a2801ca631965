import { cancelJob, deleteJob, exportUrl } from "../api/client";
import type { Job } from "../api/types";
import { act, JobTrouble } from "../project/Pipeline";
import { isActive, withoutJob } from "../store/server";
import { changeServer, complain, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { left, pace as paceWords, percent, span } from "../ui/format";
import { Download } from "../ui/icons";
import { Progress } from "../ui/Progress";
import { exportedBy } from "./exports";

/** Deletes an export with its files; the clip stays, so it can be exported again. */
async function drop(job: Job): Promise<void> {
  try {
    await deleteJob(job.id);
    changeServer((server) => withoutJob(server, job.id));
  } catch (thrown) {
    complain(thrown);
  }
}

/** One export: its progress, then its video and its files. */
export function ExportItem({ job }: { job: Job }) {
  const pace = useStore((store) => store.server.pace[job.id]);
  if (isActive(job)) {
    const waiting = job.status === "pending";
    const times = paceWords(pace?.speed ?? null);
    const speed = times === null ? null : `${times} real time`;
    const words = waiting
      ? "Waiting its turn"
      : [percent(job.progress), speed, left(pace?.eta ?? null)].filter(Boolean).join(" · ");
    return (
      <li className="export export-busy" data-testid="export" data-status={job.status}>
        <p className="tabular">
          <strong>{waiting ? "In the queue" : "Forging the clip"}</strong>{" "}
          <span className="muted">{words}</span>
        </p>
        <Button tone="quiet" onClick={() => void act(cancelJob, job)}>
          Cancel
        </Button>
        <Progress label="Export" value={job.progress} idle={waiting} />
      </li>
    );
  }
  const result = exportedBy(job);
  if (result === null) {
    return (
      <li className="export" data-testid="export" data-status={job.status}>
        <JobTrouble job={job} />
        <Button tone="quiet" data-testid="delete-export" onClick={() => void drop(job)}>
          Delete
        </Button>
      </li>
    );
  }
  const facts = [
    result.duration === null ? null : span(result.duration),
    result.loudness === null ? null : `${result.loudness.toFixed(1).replace("-", "−")} LUFS`,
    result.captions ? "captions burned in" : "no words to caption",
  ].filter((fact) => fact !== null);
  return (
    <li className="export export-done" data-testid="export" data-status={job.status}>
      {/* biome-ignore lint/a11y/useMediaCaption: the captions are burned into the picture. */}
      <video
        src={exportUrl(job.id, "mp4")}
        controls
        playsInline
        preload="metadata"
        aria-label={`Exported clip ${result.name}`}
        data-testid="export-video"
      />
      <div className="export-words">
        <strong>Ready to post</strong>
        <p className="muted tabular">{facts.join(" · ")}</p>
        <p className="export-links">
          {result.kinds.map((kind) => (
            <a
              key={kind}
              className={`button ${kind === "mp4" ? "button-ember" : "button-plain"}`}
              href={`${exportUrl(job.id, kind)}&download=true`}
              download={`${result.name}.${kind}`}
              data-testid={`download-${kind}`}
            >
              <Download /> {kind.toUpperCase()}
            </a>
          ))}
          <Button tone="quiet" data-testid="delete-export" onClick={() => void drop(job)}>
            Delete
          </Button>
        </p>
      </div>
    </li>
  );
}
