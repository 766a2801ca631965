import { useMemo } from "react";
import {
  mediaUrl,
  reportUrl,
  type Scenes,
  type Thumbs,
  type Transcript,
  type Virality,
} from "../api/artifacts";
import type { Vod } from "../api/types";
import { firstAppearances } from "../timeline/lanes";
import { speakerName } from "../transcript/speakers";
import { useArtifact } from "./useArtifact";

/** What is known about a recording; each part is null until it was made and has arrived. */
export interface Recording {
  transcript: Transcript | null;
  scenes: Scenes | null;
  virality: Virality | null;
  thumbs: Thumbs | null;
  /** The speakers' labels, in the order in which they first speak. */
  labels: readonly string[];
  nameOf: (label: string) => string;
}

export function useRecording(vod: Vod): Recording {
  const of = (report: string) => reportUrl(vod.project_id, vod.id, report);
  const keys = vod.artifacts;
  const transcript = useArtifact<Transcript>(of("transcript"), keys["transcript.json"]).data;
  const scenes = useArtifact<Scenes>(of("scenes"), keys["scenes.json"]).data;
  const virality = useArtifact<Virality>(of("virality"), keys["virality.json"]).data;
  const thumbs = useArtifact<Thumbs>(mediaUrl(vod.id, "thumbs.json"), keys["thumbs.json"]).data;
  const labels = useMemo(() => firstAppearances(transcript?.turns ?? []), [transcript]);
  const { speakers } = vod;
  const nameOf = useMemo(
    () => (label: string) => speakerName(speakers, labels, label),
    [speakers, labels],
  );
  return { transcript, scenes, virality, thumbs, labels, nameOf };
}
