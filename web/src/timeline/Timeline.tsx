import { DropdownMenu } from "radix-ui";
import { type RefObject, useEffect, useImperativeHandle, useMemo, useState } from "react";
import type { Scenes, Thumbs, Transcript, Virality } from "../api/artifacts";
import type { Clip, Vod } from "../api/types";
import { Layers, Minus, Plus } from "../player/icons";
import { useClock } from "../player/usePlayhead";
import { readable } from "../project/steps";
import { Button } from "../ui/Button";
import { describeTimeline } from "./describe";
import { Gutter } from "./Gutter";
import { firstAppearances, lanesOf } from "./lanes";
import { Overview } from "./Overview";
import { Peaks } from "./peaks";
import { TimeSlider } from "./TimeSlider";
import { Track, type TrackData } from "./Track";
import { ThumbSheets } from "./thumbs";
import { Viewport } from "./viewport";
import "./timeline.css";

/** Seconds between two frames that no playing takes: somebody has sought. */
const JUMP = 0.5;

/** What keys and buttons elsewhere do to the timeline. */
export interface TimelineControls {
  zoom: (factor: number) => void;
  showAll: () => void;
  reveal: (start: number, end: number) => void;
}

interface Props {
  vod: Vod;
  duration: number;
  clips: readonly Clip[];
  chosenId: string | null;
  transcript: Transcript | null;
  scenes: Scenes | null;
  virality: Virality | null;
  thumbs: Thumbs | null;
  nameOf: (speaker: string) => string;
  onChoose: (clip: Clip) => void;
  onMark: (start: number, end: number) => void;
  ref: RefObject<TimelineControls | null>;
}

/** The whole recording and, below it, the part that is looked at, lane by lane. */
export function Timeline(props: Props) {
  const { vod, duration, chosenId, transcript, scenes, virality, onChoose, onMark, ref } = props;
  const clock = useClock();
  const fps = vod.fps ?? 30;
  const viewport = useMemo(() => new Viewport(duration, fps), [duration, fps]);
  const [signals, setSignals] = useState<string[]>([]);
  const [arrivals, setArrivals] = useState(0);

  const hasSound = vod.artifacts["peaks_1.dat"] !== undefined;
  const peaks = useMemo(
    () => (hasSound ? new Peaks(vod.id, () => setArrivals((count) => count + 1)) : null),
    [vod.id, hasSound],
  );
  const thumbs = useMemo(
    () =>
      props.thumbs === null
        ? null
        : new ThumbSheets(vod.id, props.thumbs, () => setArrivals((count) => count + 1)),
    [vod.id, props.thumbs],
  );
  useEffect(() => () => thumbs?.close(), [thumbs]);

  const data = useMemo<TrackData>(() => {
    const turns = transcript?.turns ?? [];
    const speakers = firstAppearances(turns);
    return {
      peaks,
      thumbs,
      fps,
      cuts: scenes?.cuts ?? [],
      turns: new Map(
        speakers.map((speaker) => [speaker, turns.filter((turn) => turn.speaker === speaker)]),
      ),
      highlight: virality?.highlight ?? [],
      signals: virality?.signals ?? {},
    };
  }, [peaks, thumbs, fps, scenes, transcript, virality]);

  const lanes = useMemo(
    () =>
      lanesOf({
        thumbs: data.thumbs !== null,
        sound: data.peaks !== null,
        highlight: data.highlight.length > 0,
        signals,
        speakers: [...data.turns.keys()],
      }),
    [data, signals],
  );
  const clips = useMemo(() => [...props.clips].sort((a, b) => a.start - b.start), [props.clips]);
  const chosen = props.clips.find((clip) => clip.id === chosenId);

  useImperativeHandle(
    ref,
    () => ({
      zoom: (factor) => viewport.zoom(factor, inSight(viewport, clock.time)),
      showAll: () => viewport.showAll(),
      reveal: (start, end) => viewport.reveal(start, end),
    }),
    [viewport, clock],
  );
  // The page is turned when playing leaves it and after every jump. Someone who has gone to look
  // elsewhere while it plays on is left alone.
  useEffect(() => {
    let before = clock.time;
    return clock.onTime(() => {
      const { start, end } = viewport.view;
      const watched = before >= start && before <= end;
      if (watched || Math.abs(clock.time - before) > JUMP) viewport.follow(clock.time);
      before = clock.time;
    });
  }, [clock, viewport]);

  const description = describeTimeline({
    duration,
    clips: props.clips,
    cuts: data.cuts.length,
    speakers: [...data.turns.keys()].map(props.nameOf),
  });
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="timeline-tools">
        <Button
          tone="quiet"
          aria-label="Zoom out"
          title="Zoom out (−)"
          onClick={() => viewport.zoom(2, inSight(viewport, clock.time))}
        >
          <Minus />
        </Button>
        <Button
          tone="quiet"
          title="Show the whole recording (0)"
          onClick={() => viewport.showAll()}
        >
          All
        </Button>
        <Button
          tone="quiet"
          aria-label="Zoom in"
          title="Zoom in (+)"
          onClick={() => viewport.zoom(0.5, inSight(viewport, clock.time))}
        >
          <Plus />
        </Button>
        {chosen !== undefined && (
          <Button
            tone="quiet"
            title="Zoom to the chosen moment"
            onClick={() => {
              const margin = (chosen.end - chosen.start) / 4;
              viewport.show({ start: chosen.start - margin, end: chosen.end + margin });
            }}
          >
            Moment
          </Button>
        )}
        <Signals names={Object.keys(data.signals)} shown={signals} onShow={setSignals} />
      </div>
      <TimeSlider duration={duration} description={description}>
        <Gutter lanes={lanes} nameOf={props.nameOf} speakers={[...data.turns.keys()]} />
        <div className="timeline-strips">
          <Overview
            viewport={viewport}
            clips={clips}
            highlight={data.highlight}
            onSeek={(time) => clock.seek(time)}
          />
          <Track
            viewport={viewport}
            lanes={lanes}
            data={data}
            clips={clips}
            chosenId={chosenId}
            arrivals={arrivals}
            onSeek={(time) => clock.seek(time)}
            onChoose={onChoose}
            onMark={onMark}
          />
        </div>
      </TimeSlider>
    </section>
  );
}

/** Where to zoom to: the playing time when it is in sight, else the middle. */
function inSight(viewport: Viewport, time: number): number {
  const { start, end } = viewport.view;
  return time >= start && time <= end ? time : (start + end) / 2;
}

interface SignalsProps {
  names: string[];
  shown: string[];
  onShow: (names: string[]) => void;
}

/** Which of the signals that the score is made of have a lane. */
function Signals({ names, shown, onShow }: SignalsProps) {
  if (names.length === 0) return null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button tone="quiet" pressed={shown.length > 0} data-testid="signals-button">
          <Layers /> Signals
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">Show as a lane</DropdownMenu.Label>
          {names.map((name) => (
            <DropdownMenu.CheckboxItem
              key={name}
              className="menu-item"
              checked={shown.includes(name)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(checked) =>
                onShow(checked ? [...shown, name] : shown.filter((one) => one !== name))
              }
            >
              {readable(name)}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
