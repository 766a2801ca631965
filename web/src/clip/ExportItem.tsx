import { useRef, useState } from "react";
import { cancelJob, exportUrl } from "../api/client";
import type { Job } from "../api/types";
import { dropExport } from "../exports/drop";
import { factsOf, factWords, filesOf, nameOf, presetsOf } from "../exports/files";
import { presetName } from "../exports/presets";
import { ask } from "../live/acting";
import { Play } from "../player/icons";
import { JobTrouble } from "../project/Pipeline";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { left, pace as paceWords, percent } from "../ui/format";
import { Download, Trash } from "../ui/icons";
import { Progress } from "../ui/Progress";
import "./exports.css";

/** The exported video: small, as there is a list to see, until it is played. */
function Film({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const name = nameOf(job);
  return (
    <div className="export-film" data-open={open}>
      {/* biome-ignore lint/a11y/useMediaCaption: the captions are burned into the picture. */}
      <video
        ref={video}
        src={exportUrl(job.id, "mp4")}
        controls={open}
        playsInline
        preload="metadata"
        aria-label={`Exported clip ${name}`}
        data-testid="export-video"
      />
      {!open && (
        <button
          type="button"
          className="export-play"
          aria-label={`Play the exported clip ${name}`}
          title="Play what was exported"
          data-testid="play-export"
          onClick={() => {
            setOpen(true);
            // A browser may refuse; its own controls are there then.
            video.current?.play().catch(() => {});
          }}
        >
          <Play />
        </button>
      )}
    </div>
  );
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
        <Button tone="quiet" data-testid="delete-export" onClick={() => dropExport(job)}>
          Delete
        </Button>
      </li>
    );
  }
  const several = presetsOf(job).length > 1;
  return (
    <li className="plate plate-warm export-done" data-testid="export" data-status={job.status}>
      <Film job={job} />
      <div className="export-words">
        <strong>Ready to post</strong>
        <p className="muted tabular">{factWords(result).join(" · ")}</p>
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
            onClick={() => dropExport(job)}
          >
            <Trash />
          </Button>
        </p>
      </div>
    </li>
  );
}
