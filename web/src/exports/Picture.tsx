import type { Job } from "../api/types";
import { Thumbnail } from "../library/Thumbnail";
import { Pause, Play } from "../player/icons";
import { useStore } from "../store/store";
import { clipOf } from "./files";

interface Props {
  job: Job;
  /** Where the clip starts in its recording, in seconds. */
  at: number | null;
  playing: boolean;
  /** Null while there is nothing to play. */
  onPlay: (() => void) | null;
}

/** What an export shows, as a button that plays it once it can be played. */
export function Picture({ job, at, playing, onPlay }: Props) {
  const vod = useStore((store) =>
    store.server.projects[job.project_id]?.vods.find((one) => one.id === job.vod_id),
  );
  const duration = vod?.duration ?? 0;
  // A little past the start, where the clip's own picture is sure to be.
  const share = at === null || duration === 0 ? undefined : (at + 1) / duration;
  const picture = <Thumbnail vod={vod} at={share ?? 0.25} />;
  if (onPlay === null) return <div className="exported-picture">{picture}</div>;
  return (
    <button
      type="button"
      className="exported-picture"
      aria-label={`${playing ? "Close" : "Play"} ${clipOf(job).title}`}
      aria-expanded={playing}
      onClick={onPlay}
    >
      {picture}
      <span className="exported-play">{playing ? <Pause /> : <Play />}</span>
    </button>
  );
}
