import { useEffect, useState } from "react";
import { cancelJob } from "../api/client";
import type { Job, Project, Vod } from "../api/types";
import { removeProject } from "../library/remove";
import { ask } from "../live/acting";
import { Plus } from "../player/icons";
import { go } from "../route/useRoute";
import { Button } from "../ui/Button";
import { bytes, span } from "../ui/format";
import { Tick, Trash } from "../ui/icons";
import { registerActions } from "../ui/registry";
import { AddRecording } from "./AddRecording";
import { ChatDialog } from "./Chat";
import { ProjectTitle } from "./ProjectTitle";

interface Props {
  project: Project;
  /** The recording that is shown. */
  vod: Vod | undefined;
  active: Job[];
  /** Whether its analysis has ended well, so that its steps are of no interest by themselves. */
  settled: boolean;
  showSteps: boolean;
  onShowSteps: (show: boolean) => void;
  onVod: (vodId: string) => void;
}

/** The project's title and facts, its recordings, and the ways to stop its work or delete it. */
export function ProjectHead(props: Props) {
  const { project, vod, active, settled, showSteps, onShowSteps, onVod } = props;
  const [adding, setAdding] = useState(false);
  const [chatting, setChatting] = useState(false);
  useEffect(() => {
    const run = () => setAdding(true);
    return registerActions("Recordings", [{ id: "add", words: "Add a recording", run }]);
  }, []);
  const facts = [
    vod?.duration != null ? span(vod.duration) : null,
    vod?.width != null && vod.height != null ? `${vod.width}×${vod.height}` : null,
    vod?.fps != null ? `${Math.round(vod.fps * 100) / 100} fps` : null,
    vod !== undefined ? bytes(vod.size) : null,
    vod?.has_audio === false ? "no sound" : null,
    vod?.has_chat ? "with chat" : null,
  ].filter((fact) => fact !== null);

  /** It can be undone where all the projects are, and nobody is left on a page that goes. */
  function remove(): void {
    removeProject(project, active.length > 0);
    go({ page: "library" });
  }

  return (
    <header className="project-head">
      <div className="project-title">
        <ProjectTitle project={project} />
        <p className="muted tabular">{facts.join(" · ")}</p>
      </div>
      {project.vods.length > 1 && (
        <select
          className="field vod-switch"
          aria-label="The recording"
          data-testid="vod-switch"
          value={vod?.id}
          onChange={(event) => onVod(event.target.value)}
        >
          {project.vods.map((one, place) => (
            <option key={one.id} value={one.id}>
              {place + 1}. {one.name}
            </option>
          ))}
        </select>
      )}
      {settled && (
        <Button
          tone="quiet"
          pressed={showSteps}
          aria-expanded={showSteps}
          title="How the recording was prepared"
          onClick={() => onShowSteps(!showSteps)}
        >
          <Tick /> Steps
        </Button>
      )}
      {active.length > 0 && (
        <Button
          data-testid="cancel-button"
          onClick={() => {
            for (const job of active) void ask(cancelJob, job);
          }}
        >
          Cancel
        </Button>
      )}
      {vod !== undefined && (
        <Button
          tone="quiet"
          title="Give this recording a chat, another one, or none"
          data-testid="chat-button"
          onClick={() => setChatting(true)}
        >
          Chat
        </Button>
      )}
      <Button
        tone="quiet"
        aria-label="Add a recording"
        title="Add a recording to this project"
        data-testid="add-button"
        onClick={() => setAdding(true)}
      >
        <Plus />
      </Button>
      <Button
        tone="quiet"
        aria-label="Delete this project"
        title="Delete this project"
        data-testid="delete-button"
        onClick={remove}
      >
        <Trash />
      </Button>
      {chatting && vod !== undefined && <ChatDialog vod={vod} onClose={() => setChatting(false)} />}
      {adding && (
        <AddRecording
          project={project}
          onClose={() => setAdding(false)}
          onAdded={(vodId) => {
            setAdding(false);
            onVod(vodId);
          }}
        />
      )}
    </header>
  );
}
