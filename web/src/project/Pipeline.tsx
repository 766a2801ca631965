import { retryJob } from "../api/client";
import type { Job } from "../api/types";
import { ask } from "../live/acting";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { StepCell } from "./StepCell";
import { jobsOf, type PipelineStep, rootOf, stoppedJobs } from "./steps";

const JOB_WORDS: Record<Job["type"], string> = {
  ingest: "Reading the recording",
  transcribe: "Transcribing",
  analyze: "Analysing",
  export: "Exporting",
};

/** The live state of everything that prepares one recording. */
export function Pipeline({ rows }: { rows: PipelineStep[] }) {
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
      {root !== undefined && <JobTrouble job={root} retries={stoppedJobs(jobs)} />}
    </section>
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
        {failed ? "Try again" : "Go on"}
      </Button>
    </div>
  );
}
