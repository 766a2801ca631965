import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Fingers } from "../timeline/fingers";
import { PlayLine } from "../timeline/PlayLine";
import { paintCuts, paintRuler, paintSound, type Surface } from "../timeline/paint";
import { Peaks } from "../timeline/peaks";
import { length, wheelFactor, xToTime } from "../timeline/scale";
import { useCanvas } from "../timeline/useCanvas";
import { Viewport } from "../timeline/viewport";
import { Button } from "../ui/Button";
import { drag } from "../ui/drag";
import { useEditor } from "./context";
import { KeyframeHandles } from "./KeyframeHandles";
import {
  HEIGHT,
  paintCutOut,
  paintInside,
  paintKeyframes,
  paintMark,
  paintOutside,
  paintWords,
  RULER,
  SOUND,
  WORDS,
} from "./paintClip";
import { cutAt, firstAfter, snapMarks } from "./spans";
import { CutHandle, TrimHandle } from "./TrimHandle";

/** The clip in time: its sound, words, cuts and keyframes, and the handles that trim it. */
export function ClipTimeline() {
  const state = useEditor();
  const { clip, vod, clock, words, scenes, selection, select, mark } = state;
  const fps = vod.fps ?? 30;
  const duration = Math.max(vod.duration ?? 0, clip.end);
  const [viewport] = useState(() => {
    const made = new Viewport(duration, fps);
    made.show(around(clip.start, clip.end));
    return made;
  });
  const frame = useRef<HTMLDivElement>(null);
  const redrawing = useRef(() => {});
  const [fingers] = useState(() => new Fingers());
  const peaks = useMemo(() => new Peaks(vod.id, () => redrawing.current()), [vod.id]);
  const marks = useMemo(() => snapMarks(words, scenes), [words, scenes]);

  const { ref, redraw } = useCanvas(viewport.getView, (surface: Surface) => {
    paintInside(surface, clip);
    paintSound(surface, { kind: "sound", id: "sound", of: "", ...SOUND }, peaks);
    paintCuts(surface, SOUND.top, SOUND.height, scenes);
    const chosen = selection?.kind === "words" ? selection : { first: 0, last: -1 };
    const low = Math.min(chosen.first, chosen.last);
    const high = selection?.kind === "words" ? Math.max(chosen.first, chosen.last) : -1;
    paintWords(surface, words, clip.cuts, { low, high });
    paintCutOut(surface, clip.cuts, selection?.kind === "cut" ? selection : null);
    paintOutside(surface, clip);
    paintRuler(surface, { kind: "ruler", id: "ruler", of: "", ...RULER }, fps);
    paintKeyframes(surface, clip.keyframes, selection?.kind === "keyframe" ? selection.at : null);
    if (mark !== null) paintMark(surface, mark);
  });
  useEffect(() => {
    redrawing.current = redraw;
    return viewport.onChange(redraw);
  }, [redraw, viewport]);

  const follow = useCallback(() => {
    if (clock.getState().playing) viewport.follow(clock.time);
  }, [clock, viewport]);
  useEffect(() => clock.onTime(follow), [clock, follow]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    function turn(event: WheelEvent): void {
      if (element === null) return;
      event.preventDefault();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(sideways) > Math.abs(event.deltaY)) {
        viewport.pan((sideways / element.clientWidth) * length(viewport.view));
        return;
      }
      const x = event.clientX - element.getBoundingClientRect().left;
      const time = xToTime(x, viewport.view, element.clientWidth);
      viewport.zoom(wheelFactor(event.deltaY, event.deltaMode), time);
    }
    // React listens passively, which cannot keep the page from scrolling.
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [viewport]);

  function press(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (event.isPrimary) fingers.clear();
    fingers.down(event.pointerId, x);
    if (!event.isPrimary) return;
    const y = event.clientY - box.top;
    const time = xToTime(x, viewport.view, box.width);
    const cut = y >= SOUND.top ? cutAt(clip.cuts, time) : undefined;
    const place = y >= WORDS.top ? firstAfter(words, time) - 1 : -1;
    const word = words[place];
    if (cut !== undefined) select({ kind: "cut", start: cut.start, end: cut.end });
    else if (word !== undefined && time < word.end) {
      select({ kind: "words", first: place, last: place });
    } else select(null);
    clock.seek(time);
    drag(event, {
      // Two fingers zoom; then what is left of them does not seek.
      move: (dx) => {
        if (fingers.pinched) return;
        clock.seek(xToTime(x + dx, viewport.view, box.width));
      },
    });
  }

  function pinch(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const step = fingers.move(event.pointerId, event.clientX - box.left);
    if (step === null) return;
    viewport.zoom(step.factor, xToTime(step.middle, viewport.view, box.width));
    viewport.pan((-step.moved / box.width) * length(viewport.view));
  }

  const chosenCut =
    selection?.kind === "cut"
      ? clip.cuts.find((cut) => cut.start === selection.start && cut.end === selection.end)
      : undefined;
  const middle = () => (viewport.view.start + viewport.view.end) / 2;
  return (
    <section className="clip-timeline" aria-label="The clip in time">
      <div
        className="clip-strip"
        ref={frame}
        style={{ height: HEIGHT }}
        onPointerDown={press}
        onPointerMove={(event) => event.pointerType === "touch" && pinch(event)}
        onPointerUp={(event) => fingers.lift(event.pointerId)}
        onPointerCancel={(event) => fingers.lift(event.pointerId)}
      >
        <canvas
          ref={ref}
          data-testid="clip-timeline"
          role="img"
          aria-label={`Sound, words and cuts of the clip: ${words.length} words near it, ${clip.cuts.length} cuts, ${clip.keyframes.length} keyframes`}
        />
        <TrimHandle side="start" viewport={viewport} marks={marks} />
        <TrimHandle side="end" viewport={viewport} marks={marks} />
        {chosenCut !== undefined && (
          <>
            <CutHandle side="start" viewport={viewport} marks={marks} cut={chosenCut} />
            <CutHandle side="end" viewport={viewport} marks={marks} cut={chosenCut} />
          </>
        )}
        <KeyframeHandles viewport={viewport} marks={marks} />
        <PlayLine getView={viewport.getView} onView={viewport.onChange} />
      </div>
      <div className="clip-zoom">
        <Button tone="quiet" aria-label="Zoom in" onClick={() => viewport.zoom(0.6, clock.time)}>
          +
        </Button>
        <Button tone="quiet" aria-label="Zoom out" onClick={() => viewport.zoom(1 / 0.6, middle())}>
          −
        </Button>
        <Button
          tone="quiet"
          aria-label="All of the clip"
          title="Show the whole clip"
          onClick={() => viewport.show(around(clip.start, clip.end))}
        >
          All
        </Button>
      </div>
    </section>
  );
}

/** A view of a stretch with some room at both sides: trimming outwards needs it. */
function around(start: number, end: number): { start: number; end: number } {
  const room = Math.max(1.5, 0.12 * (end - start));
  return { start: start - room, end: end + room };
}
