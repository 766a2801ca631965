import { useId } from "react";
import { useFonts } from "./fonts";
import {
  type CaptionLayout,
  type CaptionLook,
  cueAt,
  type DrawnCue,
  type DrawnWord,
  filled,
  isOn,
} from "./layout";
import "./overlay.css";

interface Props {
  layout: CaptionLayout | null;
  /** Clip seconds. */
  time: number;
  /** The size on the page, in CSS pixels; the drawing is scaled to it. */
  width: number;
  height: number;
}

/**
 * Draws the captions of one moment over a picture, as an export burns them.
 *
 * Every run of letters stands by itself at the place that the server worked out, so the browser
 * decides nothing: no line, no space, no width. SVG text, because its places are not rounded to
 * whole pixels, its baseline is a number, and its edge may have round joins.
 */
export function CaptionOverlay({ layout, time, width, height }: Props) {
  const ready = useFonts(layout?.fonts);
  if (layout === null || !layout.enabled || !ready) return null;
  const cue = cueAt(layout.cues, time);
  if (cue === undefined) return null;
  return (
    <svg
      className="caption-overlay"
      data-testid="caption-overlay"
      width={width}
      height={height}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="img"
      aria-label={cue.words.map((word) => word.text).join(" ")}
    >
      <CueDrawing cue={cue} look={layout.look} time={time} height={layout.height} />
    </svg>
  );
}

interface DrawingProps {
  cue: DrawnCue;
  look: CaptionLook;
  time: number;
  height: number;
}

/** One cue in layers, as libass draws it: boxes, shadows, edges, letters, what is filled. */
export function CueDrawing({ cue, look, time, height }: DrawingProps) {
  const clip = useId();
  const { outline, shadow } = look;
  const sweeping = look.highlight === "sweep";
  return (
    <g fontSize={cue.size}>
      {cue.boxes
        .filter((box) => isOn(box, time))
        .map((box) => (
          <rect
            key={`${box.x} ${box.y}`}
            x={box.x}
            y={box.y}
            width={box.w}
            height={box.h}
            rx={box.radius}
            fill={box.colour}
            fillOpacity={box.opacity}
          />
        ))}
      {shadow > 0 && (
        <g transform={`translate(${shadow} ${shadow})`} fill={look.shade} stroke={look.shade}>
          <Letters words={cue.words} stroke={outline} />
        </g>
      )}
      {outline > 0 && (
        <g fill={look.edge} stroke={look.edge}>
          <Letters words={cue.words} stroke={outline} />
        </g>
      )}
      <Letters
        words={cue.words}
        colour={(word) =>
          isOn(word, time) && (look.highlight === "colour" || look.highlight === "box")
            ? look.active
            : word.colour
        }
      />
      {sweeping &&
        cue.words.map((word) => {
          const share = filled(word, time);
          const backwards = word.runs.some((run) => run.backwards);
          const id = `${clip}${word.index} ${word.x} ${word.baseline}`.replaceAll(" ", "-");
          return (
            <g key={id} clipPath={`url(#${id})`} fill={look.active}>
              <clipPath id={id}>
                <rect
                  x={backwards ? word.x + word.width * (1 - share) : word.x}
                  y={0}
                  width={word.width * share}
                  height={height}
                />
              </clipPath>
              <Letters words={[word]} />
            </g>
          );
        })}
    </g>
  );
}

interface LettersProps {
  words: DrawnWord[];
  /** How far the edge reaches beyond the letters. */
  stroke?: number;
  colour?: (word: DrawnWord) => string;
}

function Letters({ words, stroke = 0, colour }: LettersProps) {
  return words.flatMap((word) =>
    word.runs.map((run) => (
      <text
        key={`${word.index} ${run.x} ${word.baseline}`}
        x={run.x}
        y={word.baseline}
        fontFamily={`"${run.family}"`}
        direction={run.backwards ? "rtl" : "ltr"}
        textAnchor={run.backwards ? "end" : "start"}
        {...(colour === undefined ? {} : { fill: colour(word) })}
        {...(stroke > 0 ? { strokeWidth: 2 * stroke } : {})}
      >
        {run.text}
      </text>
    )),
  );
}
