import { startAnalysis } from "../api/client";
import type { Vod } from "../api/types";
import { isActive, withJob } from "../store/server";
import { changeServer, complain } from "../store/store";
import { Button } from "../ui/Button";
import { jobsOf, momentsFound, type PipelineStep } from "./steps";

async function analyse(vod: Vod): Promise<void> {
  try {
    const job = await startAnalysis(vod.project_id, vod.id);
    changeServer((server) => withJob(server, job));
  } catch (thrown) {
    complain(thrown);
  }
}

/** In place of the workbench while there are no moments: why not, and what will come. */
export function NoMoments({ vod, rows }: { vod: Vod; rows: PipelineStep[] }) {
  const analysis = jobsOf(rows).find((job) => job.type === "analyze");
  const working = analysis !== undefined && jobsOf(rows).some(isActive);
  let title = "No analysis was asked for";
  let words =
    "This recording was only imported: its preview is made, its moments are not found yet.";
  if (working) {
    title = "The iron is heating";
    words =
      "The best moments appear here as soon as they are scored, with the reasons for each. You can leave this page: the work goes on.";
  } else if (analysis?.status === "completed" && momentsFound(analysis) !== 0) {
    // The news that the analysis ended comes before the moments themselves.
    title = "The moments are ready";
    words = "Bringing them here…";
  } else if (analysis?.status === "completed") {
    title = "No moment stood out";
    words =
      "FORGE found nothing that rises above the rest of this recording. A chat download often helps: give it one with “Chat” above.";
  } else if (analysis?.status === "cancelled") {
    title = "Stopped half way";
    words = "Go on whenever you like: only what is missing will be done.";
  } else if (analysis !== undefined) {
    title = "The analysis did not finish";
    words = "What stopped it is said above, and can be tried again.";
  }
  return (
    <section className="nothing" data-testid="no-moments">
      {working && <span className="spark spark-large" aria-hidden="true" />}
      <h2>{title}</h2>
      <p className="muted">{words}</p>
      {!working && analysis === undefined && (
        <Button tone="ember" onClick={() => void analyse(vod)}>
          Find the moments
        </Button>
      )}
    </section>
  );
}
