import { deleteJob, retryJob } from "../api/client";
import type { Job } from "../api/types";
import { ask, deleteLater } from "../live/acting";
import { retryWords } from "../live/work";
import { isActive, withoutJob } from "../store/server";
import { changeServer, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { StepCell } from "./StepCell";
import { jobsOf, type PipelineStep, rootOf, stoppedJobs } from "./steps";

const JOB_WORDS: Record<Job["type"], string> = {
  ingest: "Reading the recording",
  transcribe: "Transcribing",
  analyze: "Analysing",
  export: "Exporting",
};

interface Props {
  rows: PipelineStep[];
  /** Whether it is said already that the chat is another recording's. */
  chatError?: boolean;
}

/** The live state of everything that prepares one recording. */
export function Pipeline({ rows, chatError = false }: Props) {
  const pace = useStore((store) => store.server.pace);
  const jobs = jobsOf(rows);
  const active = jobs.filter(isActive);
  const root = rootOf(jobs);
  return (
    <section className="pipeline" aria-label="Progress of the analysis">
      <ol className={`steps ${active.length === 0 ? "steps-settled" : ""}`}>
        {rows.map((row) => (
          <StepCell key={row.step.name} row={row} pace={pace[row.job.id]} />
        ))}
      </ol>
      {root !== undefined && !(chatError && root.error?.code === "bad_chat") && (
        <JobTrouble job={root} retries={stoppedJobs(jobs)} />
      )}
    </section>
  );
}

/**
 * Says that doing the work again failed and changed nothing. It can be tried once more, or taken
 * off the list. Nothing where no such try is the newest of its kind.
 */
export function FailedAgain({ jobs, deleting }: { jobs: Job[]; deleting: readonly string[] }) {
  const shown = jobs.filter((job) => !deleting.includes(job.id));
  const root = rootOf(shown);
  if (root === undefined) return null;
  return (
    <div className="callout" role="status" data-testid="failed-again">
      <p>
        <strong>{JOB_WORDS[root.type]} again did not work; what was there before stands.</strong>{" "}
        {root.error?.message} <span className="muted">{root.error?.hint}</span>
      </p>
      <Button
        data-testid="failed-again-dismiss"
        tone="quiet"
        onClick={() => {
          for (const job of shown) {
            deleteLater(job.id, "The failed try is off the list.", deleteJob, (id) =>
              changeServer((server) => withoutJob(server, id)),
            );
          }
        }}
      >
        Dismiss
      </Button>
      <Button
        data-testid="failed-again-retry"
        onClick={() => {
          for (const job of shown) void ask(retryJob, job);
        }}
      >
        {retryWords(root)}
      </Button>
    </div>
  );
}

/**
 * What stopped a job, what to do about it, and the button that does it: for `retries`, the jobs
 * that stopped along with it.
 */
export function JobTrouble({ job, retries = [job] }: { job: Job; retries?: Job[] }) {
  if (job.status !== "failed" && job.status !== "cancelled") return null;
  const failed = job.status === "failed";
  return (
    <div
      className={`callout ${failed ? "callout-bad" : ""}`}
      role="alert"
      data-testid="job-trouble"
    >
      <p>
        <strong>
          {JOB_WORDS[job.type]} {failed ? "stopped." : "was cancelled."}
        </strong>{" "}
        {!failed && <span className="muted">What is done already is kept.</span>}
        {failed && job.error?.message}{" "}
        {failed && job.error?.hint && <span className="muted">{job.error.hint}</span>}
      </p>
      <Button
        data-testid="retry-button"
        onClick={() => {
          for (const one of retries) void ask(retryJob, one);
        }}
      >
        {retryWords(job)}
      </Button>
    </div>
  );
}
