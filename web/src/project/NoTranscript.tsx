import type { Transcript } from "../api/artifacts";
import type { Vod } from "../api/types";
import { TranscriptNote } from "../transcript/TranscriptNote";
import { Progress } from "../ui/Progress";
import type { PipelineStep } from "./steps";

interface Props {
  vod: Vod;
  rows: PipelineStep[];
  /** The transcript, where there is one, but without a word. */
  empty: Transcript | null;
}

/** In place of the transcript while there is none: how far it is, or why it never comes. */
export function NoTranscript({ vod, rows, empty }: Props) {
  const step = rows.find((row) => row.step.name === "transcription")?.step;
  const working = step?.status === "processing" || step?.status === "pending";
  let words = "The words of this recording were not written down yet.";
  if (empty !== null) words = "Nobody speaks in this recording.";
  else if (working) words = "The words are being written down.";
  else if (vod.artifacts["transcript.json"] !== undefined) words = "Bringing the words here…";
  else if (step?.status === "failed") words = step.error?.message ?? words;
  else if (step?.status === "skipped") words = step.reason ?? words;
  return (
    <section className="panel panel-empty" aria-label="Transcript" data-testid="no-transcript">
      {empty?.note ? (
        <TranscriptNote vod={vod} note={empty.note} model={empty.model} />
      ) : (
        <p className="muted">{words}</p>
      )}
      {working && (
        <Progress label="Transcript" value={step.progress} idle={step.status === "pending"} />
      )}
    </section>
  );
}
