import { memo, useEffect, useMemo, useRef } from "react";
import type { Clip } from "../api/types";
import { clock } from "../ui/format";
import type { ChangeCaptions } from "./CaptionPanel";
import { correctionOf, setText, textOf } from "./edits";
import { type CaptionLayout, type ClipWord, cueAt } from "./layout";
import { type Row, rowsOf } from "./rows";
import { WordField } from "./WordField";
import { WordTools } from "./WordTools";
import "./words.css";

interface Props {
  clip: Clip;
  layout: CaptionLayout;
  time: number;
  onSeek: (time: number) => void;
  /** The word that is being worked on, by its index. */
  chosen: number | null;
  onChoose: (index: number | null) => void;
  onChange: ChangeCaptions;
}

/** Half a frame: a cue is there from its first frame on, and a seek may land a little early. */
const INSIDE = 0.008;

/** The cues of the clip, whose words are fields: what is typed is what is burned. */
export function CueList({ clip, layout, time, onSeek, chosen, onChoose, onChange }: Props) {
  const rows = useMemo(() => rowsOf(layout), [layout]);
  const now = cueAt(layout.cues, time);
  const list = useRef<HTMLOListElement>(null);
  const start = now?.start;
  useEffect(() => {
    const frame = list.current;
    const row = frame?.querySelector<HTMLElement>(`[data-start="${start}"]`);
    if (start === undefined || !row || frame?.contains(document.activeElement)) return;
    row.scrollIntoView({ block: "nearest" });
  }, [start]);
  if (rows.length === 0) {
    return <p className="muted">Nobody speaks in this clip, so there is nothing to caption.</p>;
  }
  return (
    <section>
      <h3>Words</h3>
      <p className="muted small">
        Type to correct a word, empty it to hide it. Enter saves, Escape takes it back.
      </p>
      <ol className="cues" ref={list} data-testid="cues">
        {rows.map((row) => {
          const mine = row.words.find((word) => word.index === chosen);
          const key = row.words[0]?.index ?? 0;
          return (
            <li
              key={key}
              className={row.cue !== null && row.cue === now ? "cue cue-now" : "cue"}
              data-start={row.cue?.start}
            >
              <Line
                row={row}
                captions={clip.captions}
                chosen={mine?.index ?? null}
                onSeek={onSeek}
                onChoose={onChoose}
                onChange={onChange}
              />
              {mine !== undefined && (
                <WordTools
                  clip={clip}
                  layout={layout}
                  row={row}
                  word={mine}
                  onChange={onChange}
                  onClose={() => onChoose(null)}
                />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** `0:07.4` */
function moment(seconds: number): string {
  return `${clock(seconds)}.${Math.floor((seconds % 1) * 10 + 1e-6)}`;
}

interface LineProps {
  row: Row;
  captions: Clip["captions"];
  chosen: number | null;
  onSeek: (time: number) => void;
  onChoose: (index: number) => void;
  onChange: ChangeCaptions;
}

const Line = memo(function Line({ row, captions, chosen, onSeek, onChoose, onChange }: LineProps) {
  const { cue } = row;
  const save = (word: ClipWord, text: string) =>
    onChange(text.trim() === "" ? `Hide “${word.said}”` : `Word: “${text.trim()}”`, (draft) =>
      setText(draft, word, text),
    );
  return (
    <div className="cue-line">
      {cue === null ? (
        <span className="cue-time muted">hidden</span>
      ) : (
        <button
          type="button"
          className="cue-time tabular"
          aria-label={`Go to ${moment(cue.start)}`}
          onClick={() => onSeek(cue.start + INSIDE)}
        >
          {moment(cue.start)}
        </button>
      )}
      <span className="cue-words" dir="auto">
        {row.words.map((word) => (
          <WordField
            key={word.index}
            word={word}
            chosen={word.index === chosen}
            text={textOf(captions, word)}
            corrected={correctionOf(captions, word) !== undefined}
            onChoose={() => onChoose(word.index)}
            onSave={(text) => save(word, text)}
          />
        ))}
      </span>
    </div>
  );
});
