import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { Clip, Vod } from "../api/types";
import { CropFrame } from "./CropFrame";
import { loopTarget, nudged } from "./loop";

export interface PlayerControls {
  toggle: () => void;
  pause: () => void;
  nudge: (seconds: number) => void;
}

interface Props {
  vod: Vod;
  /** What is played: the recording's preview, or the playlist of one that is being built. */
  src: string;
  clip: Clip;
  showCrop: boolean;
  ref: Ref<PlayerControls>;
}

/** A browser may refuse to start sound without a click; the controls are there for that. */
function play(video: HTMLVideoElement): void {
  video.play().catch(() => {});
}

/**
 * Plays the preview of a recording, in a loop from a clip's start to its end. Choosing another
 * clip plays that one; the first one waits for a person.
 */
export function Player({ vod, src, clip, showCrop, ref }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  const shown = useRef<string | null>(null);
  const [broken, setBroken] = useState(false);
  const { id, start, end } = clip;

  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    const chosen = shown.current !== null && shown.current !== id;
    const first = shown.current === null;
    shown.current = id;
    if (first || chosen) video.currentTime = start;
    if (chosen) play(video);
  }, [id, start]);

  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    let previous = video.currentTime;
    let frame = 0;
    // `timeupdate` comes four times a second, which lets a quarter of a second too much be heard.
    function watch(): void {
      if (video === null) return;
      const target = loopTarget(previous, video.currentTime, { start, end });
      if (target !== null) video.currentTime = target;
      previous = video.currentTime;
      frame = requestAnimationFrame(watch);
    }
    function sought(): void {
      previous = video?.currentTime ?? 0;
    }
    video.addEventListener("seeking", sought);
    frame = requestAnimationFrame(watch);
    return () => {
      cancelAnimationFrame(frame);
      video.removeEventListener("seeking", sought);
    };
  }, [start, end]);

  useImperativeHandle(
    ref,
    () => ({
      toggle() {
        const video = element.current;
        if (video === null) return;
        if (video.paused) play(video);
        else video.pause();
      },
      pause: () => element.current?.pause(),
      nudge(seconds) {
        const video = element.current;
        if (video === null) return;
        video.currentTime = nudged(video.currentTime, seconds, video.duration);
      },
    }),
    [],
  );

  const ratio = (vod.width ?? 16) / (vod.height ?? 9);
  return (
    <div className="player" style={{ aspectRatio: ratio, "--ratio": ratio } as object}>
      {/* biome-ignore lint/a11y/useMediaCaption: this is the raw recording; its words are shown
          with the clip, and the exports carry captions. */}
      <video
        ref={element}
        src={src}
        controls
        playsInline
        preload="metadata"
        aria-label={`Preview of ${vod.name}`}
        data-testid="player"
        onLoadedMetadata={(event) => {
          setBroken(false);
          // A seek that came before the length was known may have been dropped.
          if (event.currentTarget.currentTime < start) event.currentTarget.currentTime = start;
        }}
        onError={() => setBroken(true)}
      />
      {showCrop && <CropFrame clip={clip} />}
      {broken && (
        <p className="player-broken" role="alert">
          The preview cannot be played. <span className="muted">Reload the page to try again.</span>
        </p>
      )}
    </div>
  );
}
