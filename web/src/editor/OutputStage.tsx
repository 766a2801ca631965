import { useEffect, useMemo, useRef, useState } from "react";
import { PRESETS, type Preset } from "../api/types";
import { CaptionOverlay, useCaptionLayout } from "../captions";
import { usePlayhead } from "../player/usePlayhead";
import { type SafeArea, useEditor } from "./context";
import { panels, usualInset, wholePicture } from "./geometry";
import { InsetBox } from "./InsetBox";
import { paintOutput } from "./paintOutput";
import { pictureAt } from "./picture";
import { StageTitle } from "./StageSwitch";
import { SAFE_AREAS, SAFE_NAMES } from "./safeAreas";
import { toClip } from "./spans";

const PRESET_NAMES: Record<Preset, string> = {
  "9:16": "9:16",
  "9:16-60": "9:16 at 60",
  "1:1": "1:1",
  "4:5": "4:5",
  "16:9": "16:9",
  source: "As recorded",
};

/** The exported picture as it would be at the playhead: same crops, same captions. */
export function OutputStage() {
  const { preset, setPreset, output, clip, spans, fps } = useEditor();
  const [safe, setSafe] = useState<SafeArea>("none");
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const layout = useCaptionLayout(clip, preset);
  const time = usePlayhead((now) => Math.round(toClip(spans, now) * fps) / fps);
  const upright = output.width / output.height < 0.6;
  return (
    <section className="editor-output" aria-label="The exported picture">
      <header className="stage-head">
        <StageTitle stage="output" />
        <select
          className="field pick"
          aria-label="Format of the preview"
          data-testid="preset"
          value={preset}
          onChange={(event) => setPreset(event.target.value as Preset)}
        >
          {PRESETS.map((one) => (
            <option key={one} value={one}>
              {PRESET_NAMES[one]}
            </option>
          ))}
        </select>
        {upright && (
          <select
            className="field pick"
            aria-label="What an app lays over the picture"
            title="Show what TikTok, Shorts or Reels lay over the picture"
            data-testid="safe-area"
            value={safe}
            onChange={(event) => setSafe(event.target.value as SafeArea)}
          >
            {Object.entries(SAFE_NAMES).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        )}
      </header>
      <div className="stage" style={{ "--ratio": output.width / output.height } as object}>
        <div className="output-frame" ref={frame} data-testid="output">
          <Picture />
          {clip.captions.enabled && (
            <CaptionOverlay layout={layout} time={time} width={size.width} height={size.height} />
          )}
          {upright && safe !== "none" && <Safe area={safe} />}
          <Inset />
        </div>
      </div>
    </section>
  );
}

/** The canvas: painted when the video shows another frame, or the clip shows it otherwise. */
function Picture() {
  const { clip, clock, preset, source, output } = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = usePlayhead((time) => pictureAt(clip, time).at);
  const shown = useMemo(() => {
    const picture = pictureAt(clip, at ?? Number.NEGATIVE_INFINITY);
    if (preset === "source") return wholePicture(output);
    return panels(picture.zones, picture.layout, source, output, picture.pip);
  }, [clip, at, preset, source, output]);

  useEffect(() => {
    const element = canvas.current;
    const video = document.querySelector<HTMLVideoElement>(".editor video");
    if (element === null || video === null || shown === null) return;
    let stopped = false;
    let handle = 0;
    const paint = () => {
      if (!stopped) paintOutput(element, video, shown, source, output);
    };
    const next = () => {
      paint();
      if (!stopped) handle = video.requestVideoFrameCallback(next);
    };
    paint();
    // Newly sought frames come through the callback too; where it is missing, the clock tells.
    const hasCallback = "requestVideoFrameCallback" in video;
    if (hasCallback) handle = video.requestVideoFrameCallback(next);
    const stop = hasCallback ? () => video.cancelVideoFrameCallback(handle) : clock.onTime(paint);
    video.addEventListener("seeked", paint);
    video.addEventListener("loadeddata", paint);
    return () => {
      stopped = true;
      stop();
      video.removeEventListener("seeked", paint);
      video.removeEventListener("loadeddata", paint);
    };
  }, [shown, source, output, clock]);

  // Half the export's size: sharp enough for a preview, and quarter the work.
  return (
    <>
      <canvas ref={canvas} width={output.width / 2} height={output.height / 2} />
      {shown === null && (
        <p className="stage-empty">This layout needs a facecam zone: draw one on the source.</p>
      )}
    </>
  );
}

/** The handle of the inset, where there is one. */
function Inset() {
  const { clip, preset, source, output } = useEditor();
  const at = usePlayhead((time) => pictureAt(clip, time).at);
  const time = at ?? Number.NEGATIVE_INFINITY;
  const { layout, zones, pip } = pictureAt(clip, time);
  const facecam = zones.find((zone) => zone.kind === "facecam")?.rect;
  if (layout !== "pip" || preset === "source" || facecam === undefined) return null;
  return <InsetBox rect={pip ?? usualInset(facecam, source, output)} time={time} />;
}

function Safe({ area }: { area: Exclude<SafeArea, "none"> }) {
  const { top, right, bottom, left } = SAFE_AREAS[area];
  const share = (fraction: number) => `${100 * fraction}%`;
  return (
    <div className="safe" data-testid="safe" aria-hidden="true">
      <span style={{ inset: `0 0 auto 0`, height: share(top) }} />
      <span style={{ inset: `auto 0 0 0`, height: share(bottom) }} />
      <span style={{ inset: `${share(top)} auto ${share(bottom)} 0`, width: share(left) }} />
      <span style={{ inset: `${share(top)} 0 ${share(bottom)} auto`, width: share(right) }} />
    </div>
  );
}

function useSize(element: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width, height });
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
