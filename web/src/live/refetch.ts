import { getJob, getProject, getSystem, listClips, listJobs, listProjects } from "../api/client";
import { Failure } from "../api/failure";
import { forgotten, received } from "../store/doc";
import { withJob, withJobs, withProject, withProjects } from "../store/server";
import { changeDoc, changeServer, complain, useStore } from "../store/store";
import type { Effect } from "./reduce";

/** How long effects gather before they run, so that a burst of events asks each thing once. */
const GATHER = 60;

const waiting = new Map<string, Effect>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks the server again for what an event named. Never throws: failures become notices. */
export function refetch(effects: Effect[]): void {
  for (const effect of effects) {
    waiting.set(effect.kind === "all" ? "all" : `${effect.kind} ${effect.id}`, effect);
  }
  if (waiting.size > 0 && timer === undefined) timer = setTimeout(flush, GATHER);
}

function flush(): void {
  timer = undefined;
  const effects = [...waiting.values()];
  waiting.clear();
  for (const effect of effects) {
    run(effect).catch((thrown: unknown) => {
      // What is gone by the time it is asked for needs no words: its own event tells.
      if (!(thrown instanceof Failure && thrown.status === 404)) complain(thrown);
    });
  }
}

async function run(effect: Effect): Promise<void> {
  switch (effect.kind) {
    case "all":
      return everything();
    case "project": {
      const project = await getProject(effect.id);
      return changeServer((server) => withProject(server, project));
    }
    case "clips": {
      const clips = await listClips(effect.id);
      return changeDoc((doc) => received(doc, effect.id, clips));
    }
    case "job": {
      const job = await getJob(effect.id);
      return changeServer((server) => withJob(server, job));
    }
    case "forget":
      return changeDoc((doc) => forgotten(doc, effect.id));
  }
}

async function everything(): Promise<void> {
  const [projects, jobs, system] = await Promise.all([listProjects(), listJobs(), getSystem()]);
  changeServer((server) => ({ ...withJobs(withProjects(server, projects), jobs), system }));
  // Clips are loaded by the project page; the ones that are here already may be out of date.
  const shown = new Set(Object.values(useStore.getState().doc.clips).map((c) => c.project_id));
  refetch([...shown].map((id) => ({ kind: "clips", id })));
}
