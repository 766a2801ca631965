import { nameSpeakers } from "../api/client";
import type { Vod } from "../api/types";
import { withProject } from "../store/server";
import { changeServer, complain } from "../store/store";

/**
 * What a speaker is called: the name that a person gave, else a number in the order in which
 * people first speak. `labels` are in that order.
 */
export function speakerName(
  names: Record<string, string>,
  labels: readonly string[],
  label: string,
): string {
  return names[label] || `Speaker ${labels.indexOf(label) + 1 || "?"}`;
}

/** Gives a speaker a name, for every page of this recording; an empty one takes it back. */
export async function renameSpeaker(vod: Vod, label: string, name: string): Promise<void> {
  try {
    const saved = await nameSpeakers(vod, { [label]: name });
    changeServer((server) => {
      const project = server.projects[vod.project_id];
      if (project === undefined) return server;
      const vods = project.vods.map((one) => (one.id === saved.id ? saved : one));
      return withProject(server, { ...project, vods });
    });
  } catch (thrown) {
    complain(thrown);
  }
}
