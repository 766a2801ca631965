import type { Clip } from "../api/types";
import { clock, span } from "../ui/format";

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

interface Facts {
  duration: number;
  clips: readonly Clip[];
  cuts: number;
  speakers: readonly string[];
}

/** What a timeline shows, for those who do not see it. */
export function describeTimeline({ duration, clips, cuts, speakers }: Facts): string {
  const best = [...clips].sort((a, b) => b.score - a.score)[0];
  const words = [
    `A recording of ${span(duration)} with ${counted(clips.length, "moment", "moments")}`,
    cuts > 0 ? `, ${counted(cuts, "cut", "cuts")}` : "",
    speakers.length > 0 ? `, and the voices of ${speakers.join(", ")}` : "",
    ".",
    best === undefined ? "" : ` The best moment is at ${clock(best.start)}: ${best.title}.`,
    " The moments and the transcript stand beside it as lists.",
  ];
  return words.join("");
}
