import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { proxyUrl } from "../api/client";
import type { Project } from "../api/types";
import { hrefTo } from "../route/route";
import { useStore } from "../store/store";
import { bytes, percent, span } from "../ui/format";
import { Mark } from "../ui/icons";
import { Progress } from "../ui/Progress";
import { summarize } from "./summary";

/** One project, as a card that opens it. `picture` says whether to load a frame of its preview. */
export function ProjectCard({ project, picture }: { project: Project; picture: boolean }) {
  const jobs = useStore(
    useShallow((store) =>
      Object.values(store.server.jobs).filter((job) => job.project_id === project.id),
    ),
  );
  const summary = useMemo(() => summarize(jobs), [jobs]);
  const [vod] = project.vods;
  const facts = [
    vod?.duration != null ? span(vod.duration) : null,
    vod?.height != null ? `${vod.height}p` : null,
    vod !== undefined ? bytes(vod.size) : null,
    vod?.has_chat ? "chat" : null,
  ].filter((fact) => fact !== null);
  const preview = picture && vod !== undefined && vod.artifacts["proxy.mp4"] !== undefined;
  return (
    <li className="card">
      <a
        className="card-link"
        data-testid="project-card"
        href={hrefTo({ page: "project", projectId: project.id, clipId: null })}
      >
        <div className="card-picture">
          {preview ? (
            <video
              src={`${proxyUrl(vod.id)}#t=${((vod.duration ?? 20) * 0.1).toFixed(1)}`}
              preload="metadata"
              tabIndex={-1}
              aria-hidden="true"
              muted
              playsInline
            />
          ) : (
            <Mark />
          )}
        </div>
        <div className="card-words">
          <strong className="clip-text">{project.title}</strong>
          <span className="muted">{facts.join(" · ")}</span>
          <span className={`card-state card-${summary.tone}`}>
            {summary.words}
            {summary.progress !== null && (
              <span className="tabular muted"> {percent(summary.progress)}</span>
            )}
          </span>
          {summary.progress !== null && (
            <Progress label={`Work on ${project.title}`} value={summary.progress} />
          )}
        </div>
      </a>
    </li>
  );
}
