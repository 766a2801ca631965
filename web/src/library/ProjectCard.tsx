import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Project, Vod } from "../api/types";
import { Pencil } from "../player/icons";
import { momentsFound } from "../project/steps";
import { TITLE_LIMIT, useRename } from "../project/useRename";
import { hrefTo } from "../route/route";
import { isActive } from "../store/server";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { ago, bytes, left, percent, span } from "../ui/format";
import { Trash } from "../ui/icons";
import { NameField } from "../ui/NameField";
import { Progress } from "../ui/Progress";
import { removeProject } from "./remove";
import { summarize } from "./summary";
import { Thumbnail } from "./Thumbnail";

/** One project, as a card that opens it. `now` is in Unix seconds. */
export function ProjectCard({ project, now }: { project: Project; now: number }) {
  const { naming, place, start, finish, title } = useRename<HTMLAnchorElement>(project);
  const jobs = useStore(
    useShallow((store) =>
      Object.values(store.server.jobs).filter((job) => job.project_id === project.id),
    ),
  );
  const eta = useStore(({ server }) => {
    const running = jobs.find((job) => job.status === "processing" && server.pace[job.id]);
    if (running === undefined) return null;
    const pace = server.pace[running.id];
    return pace?.total ?? pace?.eta ?? null;
  });
  const summary = useMemo(() => summarize(jobs), [jobs]);
  const [vod] = project.vods;
  const length = project.vods.reduce((sum, one) => sum + (one.duration ?? 0), 0);
  const facts = [
    project.vods.length > 1 ? `${project.vods.length} recordings` : null,
    vod?.height != null ? `${Math.min(vod.width ?? vod.height, vod.height)}p` : null,
    vod !== undefined ? bytes(project.vods.reduce((sum, one) => sum + one.size, 0)) : null,
    chatWords(project.vods),
  ].filter((fact) => fact !== null);
  const moments = jobs.reduce((most, job) => Math.max(most, momentsFound(job) ?? 0), 0);
  const exported = jobs.filter((job) => job.type === "export" && job.status === "completed").length;
  const counts = [
    summary.progress === null ? null : percent(summary.progress),
    summary.progress === null ? null : left(eta),
    moments > 0 ? `${moments} ${moments === 1 ? "moment" : "moments"}` : null,
    exported > 0 ? `${exported} exported` : null,
    ago(now, project.created_at),
  ].filter((count) => count !== null);

  const href = hrefTo({ page: "project", projectId: project.id, clipId: null });
  return (
    <li className="card" data-testid="project-card">
      {/* biome-ignore lint/a11y/useAnchorContent: for pointers; to others the title says the same. */}
      <a href={href} tabIndex={-1} aria-hidden="true">
        <Thumbnail vod={vod} />
      </a>
      {length > 0 && <span className="card-length tabular">{span(length)}</span>}
      <div className="card-words">
        {naming ? (
          <NameField
            name={title}
            label="The project's name"
            maxLength={TITLE_LIMIT}
            className="card-field"
            onDone={finish}
          />
        ) : (
          <strong className="clip-text">
            <a
              ref={place}
              className="card-link"
              href={href}
              title={title}
              aria-keyshortcuts="F2"
              onKeyDown={(event) => {
                if (event.key === "F2") start();
              }}
            >
              {title}
            </a>
          </strong>
        )}
        <span className="muted">{facts.join(" · ")}</span>
        <span className={`card-state card-${summary.tone}`} title={summary.words}>
          {summary.words}
        </span>
        {summary.progress !== null && (
          <Progress label={`Work on ${title}`} value={summary.progress} />
        )}
        <span className="muted tabular">{counts.join(" · ")}</span>
      </div>
      <div className="card-actions">
        <Button
          tone="quiet"
          data-testid="rename-project"
          aria-label={`Rename ${title}`}
          title="Rename (F2)"
          onClick={start}
        >
          <Pencil />
        </Button>
        <Button
          tone="quiet"
          className="card-delete"
          data-testid="delete-project"
          aria-label={`Delete ${title}`}
          title="Delete"
          onClick={() => removeProject(project, jobs.some(isActive))}
        >
          <Trash />
        </Button>
      </div>
    </li>
  );
}

function chatWords(vods: Vod[]): string | null {
  if (vods.some((one) => one.chat_error !== null)) return "another recording’s chat";
  return vods.some((one) => one.has_chat) ? "chat" : null;
}
