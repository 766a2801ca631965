import type { StepStatus } from "../api/types";
import type { Pace } from "../store/server";
import { left, pace as paceWords, percent, span } from "../ui/format";
import { Progress } from "../ui/Progress";
import { StepIcon } from "../ui/StepIcon";
import { type PipelineStep, stepNames } from "./steps";

const STATUS_WORDS: Record<StepStatus, string> = {
  pending: "waiting",
  processing: "at work",
  completed: "done",
  failed: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
};

/** What there is to say below the name: numbers while it works, the reason when it does not. */
function details({ step }: PipelineStep, pace: Pace | undefined): string[] {
  switch (step.status) {
    case "completed":
      if (step.reused) return ["done before"];
      return step.seconds === null
        ? []
        : [step.seconds < 0.5 ? "took no time" : `took ${span(step.seconds)}`];
    case "skipped":
      return [step.reason ?? "nothing to do"];
    case "failed":
      return [step.error?.message ?? "failed"];
    case "processing": {
      const time = pace !== undefined && pace.step === step.name ? left(pace.eta) : null;
      const again = step.attempt > 1 ? `try ${step.attempt}` : null;
      const numbers = [percent(step.progress), paceWords(step.speed), again].filter(Boolean);
      return [numbers.join(" · "), time ?? ""];
    }
    case "pending":
      return [step.attempt > 0 ? "waiting to try again" : "waiting"];
    case "cancelled":
      return ["cancelled"];
  }
}

/** One step of the pipeline: its state at a glance, its numbers below. */
export function StepCell({ row, pace }: { row: PipelineStep; pace: Pace | undefined }) {
  const { step } = row;
  const names = stepNames(step.name);
  const lines = details(row, pace);
  return (
    <li
      className={`step step-${step.status}`}
      data-testid={`step-${step.name}`}
      data-status={step.status}
      title={[names.long, ...lines].filter(Boolean).join(" · ")}
    >
      <span className="step-icon">
        <StepIcon status={step.status} />
      </span>
      <span className="step-name">
        {names.short}
        <span className="visually-hidden">, {STATUS_WORDS[step.status]}</span>
      </span>
      <span className="step-detail tabular">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </span>
      {step.status === "processing" && <Progress label={names.long} value={step.progress} />}
    </li>
  );
}
