import { useEffect, useState } from "react";
import { getClip } from "../api/client";
import { asFailure, type Failure } from "../api/failure";
import { refetch } from "../live/refetch";
import { hrefTo } from "../route/route";
import { arrived } from "../store/doc";
import { changeDoc, useStore } from "../store/store";
import { Editor } from "./Editor";
import "../timeline/timeline.css";
import "./editor.css";
import "./zones.css";
import "./clipTimeline.css";
import "./panels.css";
import "./words.css";
import "./narrow.css";

interface Props {
  projectId: string;
  clipId: string;
}

/** Where one clip is made: its zones, its words, its cuts. */
export function EditorPage({ projectId, clipId }: Props) {
  const clip = useStore((store) => store.doc.clips[clipId]);
  const project = useStore((store) => store.server.projects[projectId]);
  const loaded = useStore((store) => store.server.loaded);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    // The other clips too: they show where the facecam is, and can get the same picture.
    refetch([
      { kind: "project", id: projectId },
      { kind: "clips", id: projectId },
    ]);
    getClip(clipId).then(
      (found) => changeDoc((doc) => arrived(doc, found)),
      (thrown: unknown) => setFailure(asFailure(thrown)),
    );
  }, [projectId, clipId]);
  const vod = project?.vods.find((one) => one.id === clip?.vod_id);

  if (clip !== undefined && project !== undefined && vod !== undefined) {
    return <Editor clip={clip} project={project} vod={vod} />;
  }
  const lost = failure !== null || (loaded && project === undefined);
  return (
    <div className="page">
      {lost ? (
        <div className="nothing" data-testid="no-clip">
          <h1>
            {failure === null || failure.status === 404 ? "There is no such clip" : failure.message}
          </h1>
          <p className="muted">{failure?.hint || "It may have been deleted meanwhile."}</p>
          <a
            className="button button-ember"
            href={hrefTo({ page: "project", projectId, clipId: null })}
          >
            Back to the project
          </a>
        </div>
      ) : (
        <p className="muted">Asking FORGE for the clip…</p>
      )}
    </div>
  );
}
