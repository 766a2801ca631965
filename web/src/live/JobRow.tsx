import { cancelJob, deleteJob, retryJob } from "../api/client";
import type { Job, StepRow } from "../api/types";
import { clipOf } from "../exports/files";
import { stepNames } from "../project/steps";
import { hrefTo } from "../route/route";
import { isActive, withoutJob } from "../store/server";
import { changeServer, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { ago, pace as paceWords, percent, span } from "../ui/format";
import { Trash } from "../ui/icons";
import { Progress } from "../ui/Progress";
import { StepIcon } from "../ui/StepIcon";
import { ask, deleteLater } from "./acting";
import {
  failedForAnother,
  goesOnAt,
  progressWords,
  queueWords,
  retryWords,
  totalWords,
} from "./work";

const WORK: Record<Job["type"], string> = {
  ingest: "Reading",
  transcribe: "Transcribing",
  analyze: "Analysing",
  export: "Exporting",
};

interface Props {
  job: Job;
  /** From 1, while the job waits. */
  place: number;
  /** The job whose results this one waits for. */
  behind: Job | undefined;
  /** Unix seconds. */
  now: number;
}

/** One job: what it is about, its steps, how fast it goes, and what can be done about it. */
export function JobRow({ job, place, behind, now }: Props) {
  const pace = useStore((store) => store.server.pace[job.id]);
  const total = job.status === "processing" ? totalWords(pace?.total ?? null) : null;
  const project = useStore((store) => store.server.projects[job.project_id]);
  const vod = project?.vods.find((one) => one.id === job.vod_id);
  const active = isActive(job);
  const subject = subjectOf(job, project?.title ?? vod?.name ?? "a recording");
  return (
    <li
      className={`plate plate-row ${job.status === "failed" ? "plate-bad" : ""}`}
      data-testid="job"
      data-status={job.status}
    >
      <div>
        <h3 className="clip-text">
          {WORK[job.type]}{" "}
          <a href={hrefTo({ page: "project", projectId: job.project_id, clipId: clipIdOf(job) })}>
            {subject}
          </a>
        </h3>
        <p className="muted tabular">{stateWords({ job, place, behind, now }, pace, total)}</p>
      </div>
      <div className="plate-actions">
        <Actions job={job} subject={subject} />
      </div>
      {active && (
        <Progress
          label={`${WORK[job.type]} ${subject}`}
          value={job.progress}
          idle={job.status === "pending"}
        />
      )}
      <Trouble job={job} />
      <ol className="plate-wide job-steps" aria-label="Steps">
        {job.steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
    </li>
  );
}

function clipIdOf(job: Job): string | null {
  const id = job.payload["clip_id"];
  return job.type === "export" && typeof id === "string" ? id : null;
}

function subjectOf(job: Job, title: string): string {
  return job.type === "export" ? clipOf(job).title : title;
}

function stateWords(
  { job, place, behind, now }: Props,
  pace: Parameters<typeof progressWords>[1],
  total: string | null,
): string {
  switch (job.status) {
    case "processing":
      return behind === undefined
        ? progressWords(job, pace, total)
        : `Waits until ${WORK[behind.type].toLowerCase()} is done`;
    case "pending":
      return job.error === null ? queueWords(place) : "Tries again by itself in a moment";
    case "completed":
      return `Done ${ago(now, job.updated_at)}`;
    case "failed":
      return `Stopped ${ago(now, job.updated_at)}`;
    case "cancelled":
      return `Cancelled ${ago(now, job.updated_at)}`;
  }
}

/** What went wrong, in the server's words: what, why, and what to do about it. */
function Trouble({ job }: { job: Job }) {
  if (job.error === null || job.status === "completed" || job.status === "cancelled") return null;
  if (failedForAnother(job)) {
    return (
      <p className="plate-wide plate-trouble muted">
        It builds on work that stopped, which is said there. Try again, and that is tried again with
        it.
      </p>
    );
  }
  return (
    <p className={`plate-wide plate-trouble ${job.status === "failed" ? "bad" : "muted"}`}>
      {job.status === "pending" && "The last try stopped: "}
      {job.error.message} <span className="muted">{job.error.hint}</span>
    </p>
  );
}

function Actions({ job, subject }: { job: Job; subject: string }) {
  if (isActive(job)) {
    return (
      <Button
        tone="quiet"
        data-testid="job-cancel"
        aria-label={`Cancel: ${WORK[job.type].toLowerCase()} ${subject}`}
        onClick={() => void ask(cancelJob, job)}
      >
        Cancel
      </Button>
    );
  }
  const at = goesOnAt(job);
  return (
    <>
      {job.status !== "completed" && (
        <Button data-testid="job-retry" onClick={() => void ask(retryJob, job)}>
          {failedForAnother(job) || at === null || job.error?.code === "artifact_damaged"
            ? retryWords(job)
            : `Go on at “${stepNames(at).short}”`}
        </Button>
      )}
      <Button
        tone="quiet"
        data-testid="job-delete"
        aria-label={`Delete: ${WORK[job.type].toLowerCase()} ${subject}`}
        title="Delete"
        onClick={() =>
          deleteLater(
            job.id,
            job.type === "export"
              ? `The export “${subject}” and its files are deleted.`
              : `The job is off the list. What it found out about “${subject}” stays.`,
            deleteJob,
            (id) => changeServer((server) => withoutJob(server, id)),
          )
        }
      >
        <Trash />
      </Button>
    </>
  );
}

function Step({ step }: { step: StepRow }) {
  const names = stepNames(step.name);
  return (
    <li className={`job-step job-step-${step.status}`} title={titleOf(step, names.long)}>
      <StepIcon status={step.status} />
      {names.short}
      <span className="visually-hidden">: {step.status === "processing" ? "" : step.status}</span>
      {step.status === "processing" && (
        <span className="tabular">
          {percent(step.progress)} {paceWords(step.speed)}
        </span>
      )}
    </li>
  );
}

function titleOf(step: StepRow, long: string): string {
  const more =
    step.error?.message ??
    step.reason ??
    (step.reused ? "done before" : null) ??
    (step.seconds === null ? null : `took ${span(step.seconds)}`);
  return more === null ? long : `${long} · ${more}`;
}
