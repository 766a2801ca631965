import { cancelJob, deleteJob, exportUrl } from "../api/client";
import type { Job } from "../api/types";
import { factsOf, filesOf, nameOf, presetsOf } from "../exports/files";
import { presetName } from "../exports/presets";
import { ask, deleteLater } from "../live/acting";
import { JobTrouble } from "../project/Pipeline";
import { isActive, withoutJob } from "../store/server";
import { changeServer, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { left, pace as paceWords, percent, span } from "../ui/format";
import { Download, Trash } from "../ui/icons";
import { Progress } from "../ui/Progress";
import "./exports.css";

/** Deletes an export with its files, unless that is undone; the clip stays. */
function drop(job: Job): void {
  const words = `The export “${nameOf(job)}” and its files are deleted.`;
  deleteLater(job.id, words, deleteJob, (id) => changeServer((server) => withoutJob(server, id)));
}

/** One export: its progress, then its video and its files. */
export function ExportItem({ job }: { job: Job }) {
  const pace = useStore((store) => store.server.pace[job.id]);
  const leaving = useStore((store) => store.ui.deleting.includes(job.id));
  if (leaving) return null;
  if (isActive(job)) {
    const waiting = job.status === "pending";
    const times = paceWords(pace?.speed ?? null);
    const speed = times === null ? null : `${times} real time`;
    const words = waiting
      ? "Waiting its turn"
      : [percent(job.progress), speed, left(pace?.eta ?? null)].filter(Boolean).join(" · ");
    return (
      <li className="plate plate-row" data-testid="export" data-status={job.status}>
        <p className="tabular">
          <strong>{waiting ? "In the queue" : "Forging the clip"}</strong>{" "}
          <span className="muted">{words}</span>
        </p>
        <Button tone="quiet" onClick={() => void ask(cancelJob, job)}>
          Cancel
        </Button>
        <Progress label="Export" value={job.progress} idle={waiting} />
      </li>
    );
  }
  const files = filesOf(job);
  const result = factsOf(job);
  if (result === null || files.length === 0) {
    return (
      <li data-testid="export" data-status={job.status}>
        <JobTrouble job={job} />
        <Button tone="quiet" data-testid="delete-export" onClick={() => drop(job)}>
          Delete
        </Button>
      </li>
    );
  }
  const several = presetsOf(job).length > 1;
  const facts = [
    result.duration === null ? null : span(result.duration),
    result.loudness === null ? null : `${result.loudness.toFixed(1).replace("-", "−")} LUFS`,
    result.captions ? "captions burned in" : "no words to caption",
    result.missing === "" ? null : `no caption font has “${result.missing}”: boxes are shown`,
  ].filter((fact) => fact !== null);
  return (
    <li className="plate plate-warm export-done" data-testid="export" data-status={job.status}>
      {/* biome-ignore lint/a11y/useMediaCaption: the captions are burned into the picture. */}
      <video
        src={exportUrl(job.id, "mp4")}
        controls
        playsInline
        preload="metadata"
        aria-label={`Exported clip ${nameOf(job)}`}
        data-testid="export-video"
      />
      <div className="export-words">
        <strong>Ready to post</strong>
        <p className="muted tabular">{facts.join(" · ")}</p>
        <p className="export-links">
          {files.map((file) => (
            <a
              key={file.url}
              className={`button ${file.kind === "mp4" ? "button-ember" : "button-quiet"}`}
              href={`${file.url}&download=true`}
              download={file.name}
              title={file.name}
              data-testid={`download-${file.kind}`}
            >
              {file.kind === "mp4" && <Download />} {several && `${presetName(file.preset)} `}
              {file.kind.toUpperCase()}
            </a>
          ))}
          <Button
            tone="quiet"
            aria-label={`Delete the export ${nameOf(job)}`}
            title="Delete this export"
            data-testid="delete-export"
            onClick={() => drop(job)}
          >
            <Trash />
          </Button>
        </p>
      </div>
    </li>
  );
}
