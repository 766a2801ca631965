import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { TranscriptSegment, Transcript as Words } from "../api/artifacts";
import type { Vod } from "../api/types";
import { useClock, usePlayhead } from "../player/usePlayhead";
import { Button } from "../ui/Button";
import { Row } from "./Row";
import { SearchBar } from "./SearchBar";
import { SelectionBar } from "./SelectionBar";
import { indexed, type Match, neighbourMatch, search } from "./search";
import { renameSpeaker, speakerName } from "./speakers";
import { TranscriptNote } from "./TranscriptNote";
import { useWordSelection } from "./useWordSelection";
import { ends, isSpaced, segmentOf, wordAt } from "./words";
import "./transcript.css";

/** Letters in a row of the panel, for guessing a row's height before it is measured. */
const LETTERS = 40;
const NONE: Match[] = [];

interface Props {
  vod: Vod;
  transcript: Words;
  /** The speakers' labels, in the order in which they first speak. */
  labels: readonly string[];
  onClip: (start: number, end: number, title: string) => void;
}

/**
 * Everything that was said. It follows the playing word until someone scrolls away, and goes on
 * when they ask for it or choose a word. Only the rows in sight exist.
 */
export function Transcript({ vod, transcript, labels, onClip }: Props) {
  const clock = useClock();
  const list = useRef<HTMLDivElement>(null);
  const { words, segments, language, note } = transcript;
  const spaced = isSpaced(language);
  const [following, setFollowing] = useState(true);
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState(-1);

  const spoken = usePlayhead((time) => wordAt(words, time));
  const active = segmentOf(segments, spoken);
  const rows = useVirtualizer({
    count: segments.length,
    getScrollElement: () => list.current,
    estimateSize: (place) => 14 + 22 * Math.ceil((segments[place]?.text.length ?? 0) / LETTERS),
    overscan: 8,
  });

  useEffect(() => {
    if (following && active >= 0) rows.scrollToIndex(active, { align: "center" });
  }, [following, active, rows]);

  const goTo = useCallback(
    (seconds: number) => {
      clock.seek(seconds);
      setFollowing(true);
    },
    [clock],
  );
  const { selection, setSelection } = useWordSelection(list, (word) =>
    goTo(words[word]?.start ?? 0),
  );

  const index = useMemo(
    () => (query === "" ? null : indexed(words, spaced)),
    [words, spaced, query],
  );
  const matches = useMemo(() => (index === null ? NONE : search(index, query)), [index, query]);
  const bySegment = useMemo(() => {
    const places = new Map<number, Match[]>();
    for (const match of matches) {
      const last = segmentOf(segments, match.last);
      for (let place = segmentOf(segments, match.first); place <= last; place++) {
        places.set(place, [...(places.get(place) ?? []), match]);
      }
    }
    return places;
  }, [matches, segments]);

  function show(place: number): void {
    setCurrent(place);
    const match = matches[place];
    if (match === undefined) return;
    setFollowing(false);
    rows.scrollToIndex(segmentOf(segments, match.first), { align: "center" });
  }

  /** What is typed goes to the first match from where the recording is. */
  function ask(text: string): void {
    setQuery(text);
    setCurrent(-1);
  }
  useEffect(() => {
    if (query === "" || matches.length === 0) return;
    const from = wordAt(words, clock.time);
    const place = Math.max(
      0,
      matches.findIndex((match) => match.last >= from),
    );
    setCurrent(place);
    setFollowing(false);
    rows.scrollToIndex(segmentOf(segments, matches[place]?.first ?? 0), { align: "center" });
  }, [query, matches, words, segments, clock, rows]);

  const onTime = useCallback(
    (segment: TranscriptSegment, extend: boolean) => {
      if (!extend) return goTo(segment.start);
      const anchor = selection?.anchor ?? wordAt(words, clock.time);
      setSelection({ anchor: Math.max(0, anchor), head: segment.words[1] - 1 });
    },
    [goTo, selection, setSelection, words, clock],
  );
  const onRename = useCallback(
    (label: string, name: string) => void renameSpeaker(vod, label, name),
    [vod],
  );

  const [from, to] = selection === null ? [-1, -1] : ends(selection);
  return (
    <section className="panel transcript" aria-label="Transcript">
      <div>
        <SearchBar
          query={query}
          count={matches.length}
          current={current}
          onQuery={ask}
          onStep={(step) => show(neighbourMatch(matches, current, step))}
        />
        {note && <TranscriptNote vod={vod} note={note} model={transcript.model} />}
      </div>
      <section
        ref={list}
        className="transcript-list"
        data-testid="transcript"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the keys.
        tabIndex={0}
        aria-label="What is said. A press on a word goes there; a drag selects."
        onWheel={() => setFollowing(false)}
        onTouchMove={() => setFollowing(false)}
      >
        <div className="transcript-rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index: place, start, key }) => {
            const segment = segments[place];
            if (segment === undefined) return null;
            const [first, end] = segment.words;
            const inside = selection !== null && from < end && to >= first;
            const before = segments[place - 1]?.speaker;
            const changes = segment.speaker !== null && segment.speaker !== before;
            const match = matches[current] ?? null;
            return (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={place}
                className={`transcript-row ${place === active ? "transcript-row-active" : ""}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row
                  segment={segment}
                  words={words}
                  spaced={spaced}
                  speaker={
                    changes && segment.speaker !== null
                      ? speakerName(vod.speakers, labels, segment.speaker)
                      : null
                  }
                  speakerPlace={segment.speaker === null ? 0 : labels.indexOf(segment.speaker)}
                  spoken={place === active ? spoken : -1}
                  selectedFrom={inside ? Math.max(first, from) : -1}
                  selectedTo={inside ? Math.min(end - 1, to) : -1}
                  matches={bySegment.get(place) ?? null}
                  current={match !== null && bySegment.get(place)?.includes(match) ? match : null}
                  onRename={onRename}
                  onTime={onTime}
                />
              </div>
            );
          })}
        </div>
      </section>
      {selection !== null ? (
        <SelectionBar
          transcript={transcript}
          selection={selection}
          spaced={spaced}
          onClip={onClip}
          onDrop={() => setSelection(null)}
        />
      ) : (
        !following && (
          <div className="transcript-bar">
            <Button data-testid="follow-button" onClick={() => setFollowing(true)}>
              Follow the playing words
            </Button>
          </div>
        )
      )}
    </section>
  );
}
