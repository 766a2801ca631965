import { useCallback, useRef, useState } from "react";
import type { Clip, Job, Project, Vod } from "../api/types";
import { Candidate } from "../clip/Candidate";
import { ClipDetail, mark } from "../clip/ClipDetail";
import { exportsOf, startExport } from "../clip/exports";
import { neighbour } from "../clip/order";
import { Player, type PlayerControls } from "../clip/Player";
import { playerSource, playsPlaylists } from "../clip/source";
import { go } from "../route/useRoute";
import { isActive } from "../store/server";
import { NoMoments } from "./NoMoments";
import { PreviewPending } from "./PreviewPending";
import type { Command } from "./shortcuts";
import type { PipelineStep } from "./steps";
import { useShortcuts } from "./useShortcuts";

interface Props {
  project: Project;
  vod: Vod;
  /** In the order of the list. */
  clips: Clip[];
  jobs: Job[];
  rows: PipelineStep[];
  clipId: string | null;
}

/** Where the list goes below the player: the same width as in `project.css`. */
const STACKED = "(max-width: 900px)";

/** Where moments are looked at: the player, the chosen moment, and the list of all. */
export function Workbench({ project, vod, clips, jobs, rows, clipId }: Props) {
  const player = useRef<PlayerControls>(null);
  const bench = useRef<HTMLDivElement>(null);
  const [showCrop, setShowCrop] = useState(true);
  const [playlists] = useState(playsPlaylists);
  const proxy = rows.find((row) => row.step.name === "proxy")?.step;
  const src = playerSource(vod, proxy, playlists);
  const chosen = clips.find((clip) => clip.id === clipId) ?? clips[0];

  const projectId = project.id;
  const select = useCallback(
    (clip: Clip) => {
      go({ page: "project", projectId, clipId: clip.id }, true);
      // Where the list lies below the player, a choice would otherwise play out of sight.
      if (window.matchMedia(STACKED).matches) bench.current?.scrollIntoView();
    },
    [projectId],
  );

  function move(clip: Clip, step: number): void {
    const next = neighbour(clips, clip.id, step);
    if (next !== undefined) select(next);
  }

  const commands: Partial<Record<Command, (clip: Clip) => void>> = {
    toggle: () => player.current?.toggle(),
    pause: () => player.current?.pause(),
    back: () => player.current?.nudge(-5),
    forward: () => player.current?.nudge(5),
    "step-back": () => player.current?.nudge(-1),
    "step-forward": () => player.current?.nudge(1),
    previous: (clip) => move(clip, -1),
    next: (clip) => move(clip, 1),
    keep: (clip) => mark(clip, "kept"),
    skip: (clip) => mark(clip, "skipped"),
    export: (clip) => {
      if (!exportsOf(jobs, clip.id).some(isActive)) void startExport(clip);
    },
  };
  useShortcuts((command) => {
    const handle = commands[command];
    if (handle === undefined || chosen === undefined) return false;
    handle(chosen);
    return true;
  });

  if (chosen === undefined) return <NoMoments vod={vod} rows={rows} />;
  return (
    <div className="bench" ref={bench}>
      <div className="bench-main">
        {src === null ? (
          <PreviewPending rows={rows} />
        ) : (
          <Player key={vod.id} ref={player} vod={vod} src={src} clip={chosen} showCrop={showCrop} />
        )}
        <ClipDetail clip={chosen} jobs={jobs} showCrop={showCrop} onShowCrop={setShowCrop} />
      </div>
      <section className="bench-list" aria-label="Moments found">
        <h2>
          {clips.length} {clips.length === 1 ? "moment" : "moments"}
          <span className="muted">best first</span>
        </h2>
        <ol className="candidates">
          {clips.map((clip, place) => (
            <Candidate
              key={clip.id}
              clip={clip}
              rank={place + 1}
              selected={clip.id === chosen.id}
              onSelect={select}
            />
          ))}
        </ol>
      </section>
    </div>
  );
}
