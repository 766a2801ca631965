import { Tabs } from "radix-ui";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Clip, Job, Vod } from "../api/types";
import { neighbour } from "../clip/order";
import { openExport } from "../exports";
import { CropFrame } from "../player/CropFrame";
import { Player } from "../player/Player";
import { Playhead } from "../player/playhead";
import { Transport } from "../player/Transport";
import { frameStep } from "../player/transport";
import { PlayheadContext } from "../player/usePlayhead";
import { useSource } from "../player/useSource";
import { go } from "../route/useRoute";
import { Timeline, type TimelineControls } from "../timeline/Timeline";
import { Transcript } from "../transcript/Transcript";
import { Button } from "../ui/Button";
import { useMedia } from "../ui/useMedia";
import { type Choosing, EVERYTHING, listed } from "./choosing";
import { MarkMoment } from "./MarkMoment";
import { Moments } from "./Moments";
import { mark } from "./marking";
import { NoMoments } from "./NoMoments";
import { NoTranscript } from "./NoTranscript";
import { PreviewPending } from "./PreviewPending";
import type { Command } from "./shortcuts";
import type { PipelineStep } from "./steps";
import { useMarking } from "./useMarking";
import { useRecording } from "./useRecording";
import { useShortcuts } from "./useShortcuts";

interface Props {
  vod: Vod;
  /** The recording's moments. */
  clips: Clip[];
  jobs: Job[];
  rows: PipelineStep[];
  clipId: string | null;
}

/** Where the panels go below the player: the same width as in `workbench.css`. */
const STACKED = "(max-width: 900px)";

/** One recording: its picture, its moments, its words, and all of it over time. */
export function Workbench({ vod, clips, jobs, rows, clipId }: Props) {
  const clock = useMemo(() => new Playhead(), []);
  const timeline = useRef<TimelineControls>(null);
  const [choosing, setChoosing] = useState<Choosing>(EVERYTHING);
  const [loop, setLoop] = useState(true);
  const [showCrop, setShowCrop] = useState(false);
  const stacked = useMedia(STACKED);
  const recording = useRecording(vod);
  const proxy = rows.find((row) => row.step.name === "proxy")?.step;
  const source = useSource(vod, proxy);
  const duration = vod.duration ?? 0;
  const fps = vod.fps ?? 30;

  const shown = useMemo(() => listed(clips, choosing), [clips, choosing]);
  const chosen = clips.find((clip) => clip.id === clipId) ?? shown[0] ?? clips[0];

  useEffect(() => clock.setDuration(duration), [clock, duration]);
  const [start, end] = [chosen?.start, chosen?.end];
  useEffect(() => {
    clock.setLoop(loop && start !== undefined && end !== undefined ? { start, end } : null);
  }, [clock, loop, start, end]);
  // The first moment waits for a person; choosing another one plays it.
  const first = useRef(true);
  useEffect(() => {
    if (!first.current || start === undefined) return;
    first.current = false;
    clock.seek(start);
  }, [clock, start]);

  const projectId = vod.project_id;
  const select = useCallback(
    (clip: Clip) => {
      go({ page: "project", projectId, clipId: clip.id }, true);
      first.current = false;
      clock.seek(clip.start);
      clock.play();
      timeline.current?.reveal(clip.start, clip.end);
    },
    [clock, projectId],
  );
  const listAll = useCallback(
    () => setChoosing((now) => ({ ...now, state: "all", length: "any" })),
    [],
  );
  const { begun, begin, markRange, newClip } = useMarking(
    vod,
    clock,
    recording.transcript,
    listAll,
  );

  function move(step: number): void {
    const next = neighbour([...shown], chosen?.id ?? null, step);
    if (next !== undefined) select(next);
  }

  function endMoment(): void {
    if (begun !== null) markRange(Math.min(begun, clock.time), Math.max(begun, clock.time));
  }

  const plain: Partial<Record<Command, () => void>> = {
    toggle: () => clock.toggle(),
    pause: () => clock.pause(),
    backwards: () => clock.shuttle(-1),
    forwards: () => clock.shuttle(1),
    "frame-back": () => clock.step(frameStep(clock.time, fps, -1) - clock.time),
    "frame-forward": () => clock.step(frameStep(clock.time, fps, 1) - clock.time),
    "second-back": () => clock.seek(clock.time - 1),
    "second-forward": () => clock.seek(clock.time + 1),
    "to-start": () => clock.seek(0),
    "to-end": () => clock.seek(duration),
    begin: () => begin(clock.time),
    end: endMoment,
    mute: () => clock.toggleSound(),
    search: () => document.querySelector<HTMLElement>("[data-testid=search]")?.focus(),
    "zoom-in": () => timeline.current?.zoom(0.5),
    "zoom-out": () => timeline.current?.zoom(2),
    "zoom-all": () => timeline.current?.showAll(),
    previous: () => move(-1),
    next: () => move(1),
  };
  const onClip: Partial<Record<Command, (clip: Clip) => void>> = {
    keep: (clip) => mark(clip, "kept"),
    skip: (clip) => mark(clip, "skipped"),
    edit: (clip) => go({ page: "editor", projectId, clipId: clip.id }),
    export: (clip) => openExport([clip.id]),
  };
  useShortcuts((command) => {
    const act = plain[command];
    if (act !== undefined) act();
    else if (chosen !== undefined) onClip[command]?.(chosen);
    else return false;
    return true;
  });

  const moments =
    clips.length === 0 ? (
      <NoMoments vod={vod} rows={rows} />
    ) : (
      <Moments
        all={clips}
        clips={shown}
        chosen={chosen}
        jobs={jobs}
        choosing={choosing}
        onChoosing={setChoosing}
        onSelect={select}
      />
    );
  const words =
    recording.transcript === null || recording.transcript.words.length === 0 ? (
      <NoTranscript vod={vod} rows={rows} empty={recording.transcript} />
    ) : (
      <Transcript
        vod={vod}
        transcript={recording.transcript}
        labels={recording.labels}
        onClip={(from, to, title) => void newClip(from, to, title)}
      />
    );

  return (
    <PlayheadContext value={clock}>
      <div className="bench">
        <div className="bench-panels">
          <div className="bench-picture">
            {source === null ? (
              <PreviewPending rows={rows} />
            ) : (
              <Player vod={vod} source={source}>
                {showCrop && chosen !== undefined && <CropFrame clip={chosen} />}
              </Player>
            )}
          </div>
          {stacked ? (
            <Tabs.Root className="bench-tabs" defaultValue="moments">
              <Tabs.List className="toggles" aria-label="Moments or words">
                <Tabs.Trigger className="toggle" value="moments">
                  Moments
                </Tabs.Trigger>
                <Tabs.Trigger className="toggle" value="words">
                  Transcript
                </Tabs.Trigger>
              </Tabs.List>
              <Tabs.Content className="bench-tab" value="moments">
                {moments}
              </Tabs.Content>
              <Tabs.Content className="bench-tab" value="words">
                {words}
              </Tabs.Content>
            </Tabs.Root>
          ) : (
            <>
              {moments}
              {words}
            </>
          )}
        </div>
        {duration > 0 && (
          <>
            <Transport
              fps={fps}
              duration={duration}
              loop={chosen === undefined ? null : loop}
              onLoop={setLoop}
            >
              {chosen !== undefined && chosen.zones.length > 0 && (
                <Button
                  tone="quiet"
                  pressed={showCrop}
                  title="Show on the picture what the vertical clip keeps"
                  data-testid="crop-button"
                  onClick={() => setShowCrop(!showCrop)}
                >
                  Crop
                </Button>
              )}
              <MarkMoment
                at={begun}
                onBegin={() => begin(clock.time)}
                onEnd={endMoment}
                onGiveUp={() => begin(null)}
              />
            </Transport>
            <Timeline
              ref={timeline}
              vod={vod}
              duration={duration}
              clips={clips}
              chosenId={chosen?.id ?? null}
              transcript={recording.transcript}
              scenes={recording.scenes}
              virality={recording.virality}
              thumbs={recording.thumbs}
              nameOf={recording.nameOf}
              onChoose={select}
              onMark={markRange}
            />
          </>
        )}
      </div>
    </PlayheadContext>
  );
}
