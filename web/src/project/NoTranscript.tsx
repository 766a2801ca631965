import type { Vod } from "../api/types";
import { Progress } from "../ui/Progress";
import type { PipelineStep } from "./steps";

interface Props {
  vod: Vod;
  rows: PipelineStep[];
  /** Whether there is a transcript, but without a word. */
  silent: boolean;
  /** What is to be known of the model that found none. */
  note: string | null;
}

/** In place of the transcript while there is none: how far it is, or why it never comes. */
export function NoTranscript({ vod, rows, silent, note }: Props) {
  const step = rows.find((row) => row.step.name === "transcription")?.step;
  const working = step?.status === "processing" || step?.status === "pending";
  let words = "The words of this recording were not written down yet.";
  if (silent) words = note ?? "Nobody speaks in this recording.";
  else if (working) words = "The words are being written down.";
  else if (vod.artifacts["transcript.json"] !== undefined) words = "Bringing the words here…";
  else if (step?.status === "failed") words = step.error?.message ?? words;
  else if (step?.status === "skipped") words = step.reason ?? words;
  return (
    <section className="panel panel-empty" aria-label="Transcript" data-testid="no-transcript">
      <p className="muted">{words}</p>
      {working && (
        <Progress label="Transcript" value={step.progress} idle={step.status === "pending"} />
      )}
    </section>
  );
}
