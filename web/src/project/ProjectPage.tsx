import { useEffect, useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { refetch } from "../live/refetch";
import { hrefTo } from "../route/route";
import { ranked } from "../store/doc";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Pipeline } from "./Pipeline";
import { ProjectHead } from "./ProjectHead";
import { jobsOf, pipelineOf } from "./steps";
import { Workbench } from "./Workbench";

interface Props {
  projectId: string;
  clipId: string | null;
}

/** One project: what is being done to it, and the moments that were found in it. */
export function ProjectPage({ projectId, clipId }: Props) {
  const loaded = useStore((store) => store.server.loaded);
  const project = useStore((store) => store.server.projects[projectId]);
  const doc = useStore((store) => store.doc);
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
  const [vod] = project?.vods ?? [];
  const rows = useMemo(() => (vod === undefined ? [] : pipelineOf(jobs, vod.id)), [jobs, vod]);

  // Its project may be here before its jobs are: half of it would be the wrong story.
  if (!loaded || project === undefined) {
    return (
      <div className="page">
        {loaded ? (
          <p>
            There is no such project (any more).{" "}
            <a href={hrefTo({ page: "library" })}>All projects</a>
          </p>
        ) : (
          <p className="muted">Asking FORGE what it has…</p>
        )}
      </div>
    );
  }
  return (
    <div className="page project">
      <ProjectHead project={project} active={jobsOf(rows).filter(isActive)} />
      {rows.length > 0 && <Pipeline rows={rows} />}
      {vod !== undefined && (
        <Workbench
          project={project}
          vod={vod}
          clips={clips}
          jobs={jobs}
          rows={rows}
          clipId={clipId}
        />
      )}
    </div>
  );
}
