import { Tabs } from "radix-ui";
import { useEffect, useMemo, useState } from "react";
import { reportUrl, type Scenes, type Transcript } from "../api/artifacts";
import type { Clip, Preset, Project, Vod } from "../api/types";
import { CaptionPanel } from "../captions";
import { Playhead } from "../player/playhead";
import { Transport } from "../player/Transport";
import { PlayheadContext, usePlayhead } from "../player/usePlayhead";
import { useSource } from "../player/useSource";
import { useArtifact } from "../project/useArtifact";
import { gesture } from "../store/history";
import { useStore } from "../store/store";
import { CleanupTab } from "./CleanupTab";
import { ClipTimeline } from "./ClipTimeline";
import { CutTools } from "./CutTools";
import {
  EditorContext,
  type EditorState,
  type Note,
  type Selection,
  type Stage,
  useEditor,
} from "./context";
import { EditorHead } from "./EditorHead";
import { useFoundFacecam } from "./foundFacecam";
import { outputSize } from "./geometry";
import { LayoutTab } from "./LayoutTab";
import { OutputStage } from "./OutputStage";
import { SourceStage } from "./SourceStage";
import { StageSwitch } from "./StageSwitch";
import { keptSpans, toClip, toSource } from "./spans";
import { useEditorKeys } from "./useEditorKeys";
import { usePlayback } from "./usePlayback";
import { WordsTab } from "./WordsTab";
import { wordsAround } from "./words";

const TABS = [
  ["layout", "Layout"],
  ["captions", "Captions"],
  ["words", "Words"],
  ["cleanup", "Clean up"],
] as const;
/** Picture cuts this near to the clip are shown and snapped to, in seconds. */
const AROUND = 120;

interface Props {
  clip: Clip;
  project: Project;
  vod: Vod;
}

/** The clip editor: source and zones, the exported picture, its settings, and all of it in time. */
export function Editor({ clip, project, vod }: Props) {
  const [clock] = useState(() => {
    const made = new Playhead();
    made.seek(clip.start);
    return made;
  });
  const [preset, setPreset] = useState<Preset>("9:16");
  const [selection, select] = useState<Selection>(null);
  const [mark, setMark] = useState<number | null>(null);
  const [note, setNote] = useState<Note | null>(null);
  const [stage, setStage] = useState<Stage>("output");
  const { id: projectId } = project;
  const words = useArtifact<Transcript>(
    reportUrl(projectId, vod.id, "transcript"),
    vod.artifacts["transcript.json"],
  ).data;
  const cuts = useArtifact<Scenes>(
    reportUrl(projectId, vod.id, "scenes"),
    vod.artifacts["scenes.json"],
  ).data;
  const found = useFoundFacecam(projectId, vod);
  const { width, height, fps: rate, duration } = vod;
  const source = useMemo(() => ({ width: width ?? 1920, height: height ?? 1080 }), [width, height]);
  const output = useMemo(() => outputSize(preset, source), [preset, source]);
  const fps = exportRate(preset, rate ?? 30);
  const { start, end, cuts: left } = clip;
  const spans = useMemo(() => keptSpans({ start, end, cuts: left }, fps), [start, end, left, fps]);
  const heard = useMemo(() => wordsAround(words, clip), [words, clip]);
  const scenes = useMemo(
    () => (cuts?.cuts ?? []).filter((time) => time > start - AROUND && time < end + AROUND),
    [cuts, start, end],
  );

  const state: EditorState = {
    ...{ clip, vod, project, clock, source, preset, output, setPreset, fps, spans, scenes },
    found,
    ...{ words: heard, selection, select, mark, setMark, note, setNote, stage, setStage },
  };
  useEffect(() => clock.setDuration(duration ?? 0), [clock, duration]);
  // A page that is left in the middle of a gesture ends it: what was shown is kept.
  useEffect(() => () => void gesture.end(), []);
  usePlayback(clock, spans);
  useEditorKeys(state);
  const proxy = useStore((store) =>
    Object.values(store.server.jobs)
      .filter((job) => job.vod_id === vod.id)
      .flatMap((job) => job.steps)
      .find((step) => step.name === "proxy" && step.status === "processing"),
  );
  const player = useSource(vod, proxy);

  return (
    <PlayheadContext value={clock}>
      <EditorContext value={state}>
        <div className="editor" data-testid="editor" data-stage={stage}>
          <EditorHead />
          <StageSwitch />
          <SourceStage player={player} />
          <OutputStage key={player?.url ?? "none"} />
          <Tabs.Root className="editor-tabs" defaultValue="layout">
            <Tabs.List className="tab-list" aria-label="What to edit">
              {TABS.map(([name, shown]) => (
                <Tabs.Trigger key={name} value={name} className="tab" data-testid={`tab-${name}`}>
                  {shown}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            <Tabs.Content value="layout" className="tab-page">
              <LayoutTab />
            </Tabs.Content>
            <Tabs.Content value="captions" className="tab-page">
              <Captions />
            </Tabs.Content>
            <Tabs.Content value="words" className="tab-page">
              <WordsTab />
            </Tabs.Content>
            <Tabs.Content value="cleanup" className="tab-page">
              <CleanupTab />
            </Tabs.Content>
          </Tabs.Root>
          <footer className="editor-foot">
            <Transport fps={rate ?? 30} duration={duration ?? end} loop={null} onLoop={() => {}}>
              <CutTools />
            </Transport>
            <ClipTimeline />
          </footer>
        </div>
      </EditorContext>
    </PlayheadContext>
  );
}

function Captions() {
  const { clip, clock, spans, fps, preset } = useEditor();
  const time = usePlayhead((now) => Math.round(toClip(spans, now) * fps) / fps);
  return (
    <CaptionPanel
      clip={clip}
      preset={preset}
      time={time}
      onSeek={(seconds) => clock.seek(toSource(spans, seconds))}
    />
  );
}

/** Frames a second of an export, as `forge/layout/presets.py` chooses them for a constant rate. */
function exportRate(preset: Preset, rate: number): number {
  const most = preset === "source" ? 120 : preset === "9:16-60" ? 60 : 30;
  if (rate <= most + 1e-3) return rate;
  const every = rate / Math.ceil(rate / most - 1e-3);
  return most - every < 0.2 ? every : most;
}
