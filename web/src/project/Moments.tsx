import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { Clip, Job } from "../api/types";
import { ExportItem } from "../clip/ExportItem";
import { exportsOf } from "../clip/exports";
import { openExport } from "../exports";
import { Pencil } from "../player/icons";
import { hrefTo } from "../route/route";
import { Button } from "../ui/Button";
import { Cross, Hammer, Tick, Trash } from "../ui/icons";
import { Candidate } from "./Candidate";
import { type Choosing, EVERYTHING, ranks } from "./choosing";
import { KeptBar } from "./KeptBar";
import { MomentFilter } from "./MomentFilter";
import { mark } from "./marking";
import { dropClip, isMarked } from "./marks";
import { Why } from "./Why";
import "./candidate.css";
import "./moments.css";

interface Props {
  /** All of the recording's moments. */
  all: readonly Clip[];
  /** Those that are shown, in this order. */
  clips: readonly Clip[];
  chosen: Clip | undefined;
  jobs: Job[];
  choosing: Choosing;
  onChoosing: (choosing: Choosing) => void;
  onSelect: (clip: Clip) => void;
}

/** For so many frames, a row's place can still change that was opened. */
const SETTLING = 6;

/** Scrolls the list, and never the page, until the chosen row is in sight, its head above all. */
function reveal(list: HTMLElement | null): void {
  const row = list?.querySelector(".candidate-selected");
  if (list === null || !row) return;
  const [frame, place] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  const below = Math.max(0, place.bottom - frame.bottom);
  list.scrollTop += Math.min(below, place.top - frame.top);
  const above = frame.top - row.getBoundingClientRect().top;
  if (above > 0) list.scrollTop -= above;
}

/** The moments of a recording: filtered, sorted, and the chosen one with its reasons open. */
export function Moments(props: Props) {
  const { all, clips, chosen, jobs, choosing, onChoosing, onSelect } = props;
  const list = useRef<HTMLDivElement>(null);
  const rankOf = useMemo(() => ranks(all), [all]);
  const place = clips.findIndex((clip) => clip.id === chosen?.id);
  const rows = useVirtualizer({
    count: clips.length,
    getScrollElement: () => list.current,
    getItemKey: (row) => clips[row]?.id ?? row,
    estimateSize: (row) => (row === place ? 260 : 78),
    overscan: 6,
  });
  const chosenId = chosen?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the list.
  useEffect(() => {
    if (place < 0) return;
    const drawn = list.current?.querySelector(".candidate-selected");
    if (!drawn) rows.scrollToIndex(place, { align: "start" });
    // Opening it and closing another one moves it, until both are measured.
    let looks = 0;
    let frame = requestAnimationFrame(function look() {
      reveal(list.current);
      looks += 1;
      if (looks < SETTLING) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [chosenId]);

  return (
    <section className="panel moments" aria-label="Moments found">
      <MomentFilter all={all} choosing={choosing} onChoosing={onChoosing} />
      <div ref={list} className="moments-list">
        {clips.length === 0 && (
          <div className="moments-none">
            <p>No moment is like that.</p>
            <Button onClick={() => onChoosing(EVERYTHING)}>Show all</Button>
          </div>
        )}
        <ol className="moments-rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const clip = clips[index];
            if (clip === undefined) return null;
            const selected = clip.id === chosenId;
            return (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                aria-setsize={clips.length}
                aria-posinset={index + 1}
                className={`candidate candidate-${clip.state} ${selected ? "candidate-selected" : ""}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Candidate
                  clip={clip}
                  rank={rankOf.get(clip.id) ?? 0}
                  selected={selected}
                  onSelect={onSelect}
                />
                {selected && <Chosen clip={clip} exported={exportsOf(jobs, clip.id)} />}
              </li>
            );
          })}
        </ol>
      </div>
      <footer className="moments-foot">
        <KeptBar clips={all} />
        {chosen !== undefined && <Actions clip={chosen} />}
      </footer>
    </section>
  );
}

function Chosen({ clip, exported }: { clip: Clip; exported: Job[] }) {
  return (
    <div className="candidate-open">
      {exported.length > 0 && (
        <ul className="stack" aria-label="Exports of this moment">
          {exported.map((job) => (
            <ExportItem key={job.id} job={job} />
          ))}
        </ul>
      )}
      <Why clip={clip} />
      {isMarked(clip) && (
        <Button tone="quiet" data-testid="delete-moment" onClick={() => dropClip(clip)}>
          <Trash /> Delete this moment
        </Button>
      )}
    </div>
  );
}

/** What can be done with the chosen moment; always in sight. */
function Actions({ clip }: { clip: Clip }) {
  const edit = hrefTo({ page: "editor", projectId: clip.project_id, clipId: clip.id });
  return (
    <div className="moments-actions">
      <Button
        pressed={clip.state === "kept"}
        title="Keep this moment (Y)"
        data-testid="keep-button"
        onClick={() => mark(clip, "kept")}
      >
        <Tick /> Keep
      </Button>
      <Button
        pressed={clip.state === "skipped"}
        title="Skip this moment (X)"
        data-testid="skip-button"
        onClick={() => mark(clip, "skipped")}
      >
        <Cross /> Skip
      </Button>
      <a className="button button-plain" href={edit} title="Edit this moment (Enter)">
        <Pencil /> Edit
      </a>
      <Button
        tone="ember"
        title="Export this moment (E)"
        data-testid="export-button"
        onClick={() => openExport([clip.id])}
      >
        <Hammer /> Export
      </Button>
    </div>
  );
}
