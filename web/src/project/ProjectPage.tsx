import { useEffect, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { refetch } from "../live/refetch";
import { hrefTo } from "../route/route";
import { go } from "../route/useRoute";
import { ranked } from "../store/doc";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Arriving } from "./AddRecording";
import { ChatTrouble } from "./Chat";
import { FailedAgain, Pipeline } from "./Pipeline";
import { ProjectHead } from "./ProjectHead";
import { failedAgain, jobsOf, pipelineOf, rootOf } from "./steps";
import { Workbench } from "./Workbench";
import "./workbench.css";

interface Props {
  projectId: string;
  clipId: string | null;
}

/** One project: what is being done to its recordings, and the moments that were found in them. */
export function ProjectPage({ projectId, clipId }: Props) {
  const loaded = useStore((store) => store.server.loaded);
  const project = useStore((store) => store.server.projects[projectId]);
  const doc = useStore((store) => store.doc);
  const deleting = useStore((store) => store.ui.deleting);
  const [asked, setAsked] = useState<string | null>(null);
  const [showSteps, setShowSteps] = useState(false);
  const jobs = useStore(
    useShallow((store) =>
      Object.values(store.server.jobs).filter((job) => job.project_id === projectId),
    ),
  );
  useEffect(() => {
    refetch([
      { kind: "project", id: projectId },
      { kind: "clips", id: projectId },
    ]);
  }, [projectId]);
  const clips = useMemo(() => ranked(doc, projectId), [doc, projectId]);
  const vods = project?.vods ?? [];
  // A clip in the address brings its own recording; else the one that was asked for.
  const wanted = clips.find((clip) => clip.id === clipId)?.vod_id ?? asked;
  const vod = vods.find((one) => one.id === wanted) ?? vods[0];
  const vodId = vod?.id;
  const rows = useMemo(() => (vodId === undefined ? [] : pipelineOf(jobs, vodId)), [jobs, vodId]);
  const own = useMemo(
    () => clips.filter((clip) => clip.vod_id === vodId && !deleting.includes(clip.id)),
    [clips, vodId, deleting],
  );

  // Its project may be here before its jobs are: half of it would be the wrong story.
  if (!loaded || project === undefined) {
    return (
      <div className="page">
        {loaded ? (
          <div className="nothing">
            <h1>There is no such project</h1>
            <p className="muted">It may have been deleted, or the link is of another FORGE.</p>
            <a className="button button-ember" href={hrefTo({ page: "library" })}>
              All projects
            </a>
          </div>
        ) : (
          <p className="muted">Asking FORGE what it has…</p>
        )}
      </div>
    );
  }
  const works = jobsOf(rows);
  const busy = works.some(isActive) || rootOf(works) !== undefined;
  // Said once: the chat's own notice says the same, and how to mend it.
  const again = failedAgain(jobs, vodId ?? "").filter(
    (job) => !(vod?.chat_error != null && job.error?.code === "bad_chat"),
  );
  // Three empty panels would say three times that there is nothing to see.
  const unread = vod?.duration === null && rootOf(works)?.status === "failed";
  return (
    <div className="project">
      <ProjectHead
        project={project}
        vod={vod}
        active={works.filter(isActive)}
        settled={rows.length > 0 && !busy}
        showSteps={showSteps}
        onShowSteps={setShowSteps}
        onVod={(id) => {
          setAsked(id);
          go({ page: "project", projectId, clipId: null }, true);
        }}
      />
      <Arriving projectId={projectId} />
      {rows.length > 0 && (
        <div hidden={!busy && !showSteps}>
          <Pipeline rows={rows} chatError={vod?.chat_error != null} />
        </div>
      )}
      {vod !== undefined && <ChatTrouble vod={vod} />}
      <FailedAgain jobs={again} deleting={deleting} />
      {vod !== undefined && !unread && (
        <Workbench key={vod.id} vod={vod} clips={own} jobs={jobs} rows={rows} clipId={clipId} />
      )}
      {unread && (
        <section className="plate nothing" data-testid="unread">
          <h2>Nothing of this recording could be read</h2>
          <p className="muted">
            So there is no picture, there are no words and no moments. The file itself was left as
            it is.
          </p>
        </section>
      )}
    </div>
  );
}
