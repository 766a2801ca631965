import { useState } from "react";
import { cancelJob, exportUrl, retryJob } from "../api/client";
import type { Job, Preset } from "../api/types";
import { ask } from "../live/acting";
import { progressWords, queueWords, retryWords } from "../live/work";
import { hrefTo } from "../route/route";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { ago } from "../ui/format";
import { Download, Trash } from "../ui/icons";
import { Progress } from "../ui/Progress";
import { dropExport } from "./drop";
import { clipOf, type ExportFile, factsOf, factWords, filesOf, presetsOf } from "./files";
import { Picture } from "./Picture";
import { presetName } from "./presets";

interface Props {
  job: Job;
  /** From 1, while it waits. */
  place: number;
  /** Unix seconds. */
  now: number;
}

/** One export: its progress, or its files to take away, or what stopped it. */
export function ExportRow({ job, place, now }: Props) {
  const pace = useStore((store) => store.server.pace[job.id]);
  const project = useStore((store) => store.server.projects[job.project_id]?.title);
  const files = filesOf(job);
  const [playing, setPlaying] = useState(false);
  const { title: name, start } = clipOf(job);
  const clipId = job.payload["clip_id"];
  const clip = typeof clipId === "string" ? clipId : null;
  return (
    <li
      className={`plate exported ${job.status === "failed" ? "plate-bad" : ""}`}
      data-testid="export-row"
      data-status={job.status}
    >
      <Picture
        job={job}
        at={start}
        playing={playing}
        onPlay={job.status === "completed" ? () => setPlaying(!playing) : null}
      />
      <div className="exported-words">
        <h3 className="clip-text">
          <a href={hrefTo({ page: "project", projectId: job.project_id, clipId: clip })}>{name}</a>
        </h3>
        <p className="muted tabular">
          {[project, ...stateOf(job, place, now, pace)].filter(Boolean).join(" · ")}
        </p>
      </div>
      <div className="plate-actions">
        {isActive(job) ? (
          <Button
            tone="quiet"
            aria-label={`Cancel the export ${name}`}
            onClick={() => void ask(cancelJob, job)}
          >
            Cancel
          </Button>
        ) : (
          <>
            {job.status !== "completed" && (
              <Button data-testid="export-retry" onClick={() => void ask(retryJob, job)}>
                {job.status === "cancelled" ? "Try again" : retryWords(job)}
              </Button>
            )}
            <Button
              tone="quiet"
              aria-label={`Delete the export ${name}`}
              title="Delete"
              data-testid="export-delete"
              onClick={() => dropExport(job)}
            >
              <Trash />
            </Button>
          </>
        )}
      </div>
      {isActive(job) && (
        <Progress label={`Export ${name}`} value={job.progress} idle={job.status === "pending"} />
      )}
      {job.status === "failed" && job.error !== null && (
        <p className="bad exported-wide plate-trouble">
          {job.error.message} <span className="muted">{job.error.hint}</span>
        </p>
      )}
      {playing && (
        // biome-ignore lint/a11y/useMediaCaption: the captions are burned into the picture.
        <video
          className="exported-video"
          src={exportUrl(job.id, "mp4", presetsOf(job)[0])}
          controls
          autoPlay
          playsInline
          aria-label={`Exported clip ${name}`}
        />
      )}
      {files.length > 0 && <Files job={job} files={files} />}
    </li>
  );
}

function stateOf(
  job: Job,
  place: number,
  now: number,
  pace: Parameters<typeof progressWords>[1],
): string[] {
  const formats = presetsOf(job).map(presetName).join(", ");
  switch (job.status) {
    case "pending":
      return [formats, queueWords(place)];
    case "processing":
      return [formats, progressWords(job, pace)];
    case "failed":
      return [formats, `stopped ${ago(now, job.updated_at)}`];
    case "cancelled":
      return [formats, `cancelled ${ago(now, job.updated_at)}`];
    case "completed": {
      const facts = factsOf(job);
      return [...(facts === null ? [] : factWords(facts)), ago(now, job.updated_at)];
    }
  }
}

function Files({ job, files }: { job: Job; files: ExportFile[] }) {
  const presets = presetsOf(job);
  return (
    <dl className="exported-files">
      {presets.map((preset) => (
        <Format key={preset} preset={preset} files={files.filter((one) => one.preset === preset)} />
      ))}
    </dl>
  );
}

function Format({ preset, files }: { preset: Preset; files: ExportFile[] }) {
  return (
    <div>
      <dt>{presetName(preset)}</dt>
      <dd>
        {files.map((file) => (
          <a
            key={file.kind}
            className={`button ${file.kind === "mp4" ? "button-plain" : "button-quiet"}`}
            href={`${file.url}&download=true`}
            download={file.name}
            aria-label={`Download ${file.name}`}
            title={file.name}
          >
            {file.kind === "mp4" && <Download />} {file.kind.toUpperCase()}
          </a>
        ))}
      </dd>
    </div>
  );
}
