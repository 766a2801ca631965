import { useCallback, useState } from "react";
import type { Transcript } from "../api/artifacts";
import type { Vod } from "../api/types";
import type { Playhead } from "../player/playhead";
import { go } from "../route/useRoute";
import { titleFor } from "../transcript/words";
import { clock as clockWords } from "../ui/format";
import { markClip } from "./marks";

export interface Marking {
  /** Where a moment was begun with a key, in seconds; null while none is. */
  begun: number | null;
  begin: (at: number | null) => void;
  /** Makes a clip of a range, named after what is said in it. */
  markRange: (from: number, to: number) => void;
  newClip: (from: number, to: number, title: string) => Promise<void>;
}

/** Marking moments by hand. `onMade` is told before a new one is shown. */
export function useMarking(
  vod: Vod,
  clock: Playhead,
  transcript: Transcript | null,
  onMade: () => void,
): Marking {
  const [begun, begin] = useState<number | null>(null);
  const newClip = useCallback(
    async (from: number, to: number, title: string) => {
      const clip = await markClip(vod, from, to, title);
      if (clip === null) return;
      onMade();
      go({ page: "project", projectId: vod.project_id, clipId: clip.id }, true);
      clock.seek(clip.start);
    },
    [vod, clock, onMade],
  );
  const markRange = useCallback(
    (from: number, to: number) => {
      begin(null);
      const words = transcript?.words.filter((word) => word.start >= from && word.end <= to);
      const said = (words ?? []).map((word) => word.word).join(" ");
      void newClip(from, to, said === "" ? `Clip at ${clockWords(from)}` : titleFor(said));
    },
    [transcript, newClip],
  );
  return { begun, begin, markRange, newClip };
}
