import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { deleteProject } from "../api/client";
import type { Project } from "../api/types";
import { deleteLater } from "../live/acting";
import { momentsFound } from "../project/steps";
import { hrefTo } from "../route/route";
import { isActive, withoutProject } from "../store/server";
import { changeServer, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { ago, bytes, left, percent, span } from "../ui/format";
import { Trash } from "../ui/icons";
import { Progress } from "../ui/Progress";
import { summarize } from "./summary";
import { Thumbnail } from "./Thumbnail";

/** One project, as a card that opens it. `now` is in Unix seconds. */
export function ProjectCard({ project, now }: { project: Project; now: number }) {
  const jobs = useStore(
    useShallow((store) =>
      Object.values(store.server.jobs).filter((job) => job.project_id === project.id),
    ),
  );
  const eta = useStore((store) => {
    const running = jobs.find((job) => job.status === "processing" && store.server.pace[job.id]);
    return running === undefined ? null : (store.server.pace[running.id]?.eta ?? null);
  });
  const summary = useMemo(() => summarize(jobs), [jobs]);
  const [vod] = project.vods;
  const length = project.vods.reduce((sum, one) => sum + (one.duration ?? 0), 0);
  const facts = [
    project.vods.length > 1 ? `${project.vods.length} recordings` : null,
    length > 0 ? span(length) : null,
    vod?.height != null ? `${vod.height}p` : null,
    vod !== undefined ? bytes(project.vods.reduce((sum, one) => sum + one.size, 0)) : null,
    project.vods.some((one) => one.has_chat) ? "chat" : null,
  ].filter((fact) => fact !== null);
  const moments = jobs.reduce((most, job) => Math.max(most, momentsFound(job) ?? 0), 0);
  const exported = jobs.filter((job) => job.type === "export" && job.status === "completed").length;
  const counts = [
    moments > 0 ? `${moments} ${moments === 1 ? "moment" : "moments"}` : null,
    exported > 0 ? `${exported} exported` : null,
    ago(now, project.created_at),
  ].filter((count) => count !== null);

  return (
    <li className="card">
      <a
        className="card-link"
        data-testid="project-card"
        href={hrefTo({ page: "project", projectId: project.id, clipId: null })}
      >
        <Thumbnail vod={vod} />
        <div className="card-words">
          <strong className="clip-text">{project.title}</strong>
          <span className="muted">{facts.join(" · ")}</span>
          <span className={`card-state card-${summary.tone}`}>
            {summary.words}
            {summary.progress !== null && (
              <span className="tabular muted">
                {" "}
                {[percent(summary.progress), left(eta)].filter(Boolean).join(" · ")}
              </span>
            )}
          </span>
          {summary.progress !== null && (
            <Progress label={`Work on ${project.title}`} value={summary.progress} />
          )}
          <span className="muted">{counts.join(" · ")}</span>
        </div>
      </a>
      <Button
        tone="quiet"
        className="card-delete"
        data-testid="delete-project"
        aria-label={`Delete ${project.title}`}
        title="Delete"
        onClick={() => remove(project, jobs.some(isActive))}
      >
        <Trash />
      </Button>
    </li>
  );
}

/** Deletes a project, its analysis, moments and exports, unless that is undone in time. */
export function remove(project: Project, busy: boolean): void {
  const also = busy ? " Its work is stopped then." : "";
  deleteLater(
    project.id,
    `“${project.title}” is deleted, with its moments and exports.${also}`,
    deleteProject,
    (id) => changeServer((server) => withoutProject(server, id)),
  );
}
