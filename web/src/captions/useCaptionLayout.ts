import { useEffect, useState } from "react";
import { layCaptions } from "../api/client";
import type { Clip } from "../api/types";
import { untilAnswered } from "../live/answered";
import { complain } from "../store/store";
import type { CaptionLayout } from "./layout";

/** How long a person's hand must rest before the server is asked, in milliseconds. */
const REST = 60;
const REMEMBERED = 40;

/** Answers by what was asked: the overlay, the panel and the timeline ask for the same. */
const known = new Map<string, Promise<CaptionLayout>>();

/** Everything about a clip that its captions depend on. */
function question(clip: Clip, preset: string): string {
  const { start, end, captions, cuts } = clip;
  return JSON.stringify([clip.id, preset, { start, end, captions, cuts }]);
}

function ask(key: string): Promise<CaptionLayout> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const [clipId, preset, edit] = JSON.parse(key);
  const answer = layCaptions(clipId, preset, edit);
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  const oldest = known.keys().next().value;
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  return answer;
}

/**
 * The captions of a clip as they would be burned for a preset, unsaved edits among them. Null
 * before the first answer; while a newer one is under way, the last one of the same clip.
 */
export function useCaptionLayout(clip: Clip | undefined, preset: string): CaptionLayout | null {
  const [shown, setShown] = useState<{ id: string; layout: CaptionLayout } | null>(null);
  const id = clip?.id;
  const key = clip === undefined ? null : question(clip, preset);
  useEffect(() => {
    if (key === null || id === undefined) return;
    const abort = new AbortController();
    const alarm = setTimeout(
      () => {
        // That FORGE does not answer is said over the whole page.
        untilAnswered(() => ask(key), { signal: abort.signal }).then(
          (layout) => setShown({ id, layout }),
          complain,
        );
      },
      known.has(key) ? 0 : REST,
    );
    return () => {
      abort.abort();
      clearTimeout(alarm);
    };
  }, [id, key]);
  return shown !== null && shown.id === id ? shown.layout : null;
}
