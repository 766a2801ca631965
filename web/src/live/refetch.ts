import {
  getClip,
  getJob,
  getProject,
  getSystem,
  listClips,
  listJobs,
  listProjects,
} from "../api/client";
import { Failure, noAnswer } from "../api/failure";
import { arrived, forgotten, received } from "../store/doc";
import { withJob, withJobs, withProject, withProjects } from "../store/server";
import { changeDoc, changeServer, complain, useStore } from "../store/store";
import { AGAIN } from "./backoff";
import type { Effect } from "./reduce";

/** How long effects gather before they run, so that a burst of events asks each thing once. */
const GATHER = 60;

/** From so many changed clips of a project on, its whole list is one request instead of many. */
const MANY = 5;

const waiting = new Map<string, Effect>();
let timer: ReturnType<typeof setTimeout> | undefined;
let later: ReturnType<typeof setTimeout> | undefined;

const keyOf = (effect: Effect) => (effect.kind === "all" ? "all" : `${effect.kind} ${effect.id}`);

/**
 * Asks the server again for what an event named, and for what it has not answered yet. Never
 * throws: a refusal becomes a notice. No answer becomes none, as the event does not come again:
 * it is asked for until there is one.
 */
export function refetch(effects: Effect[]): void {
  for (const effect of effects) waiting.set(keyOf(effect), effect);
  if (waiting.size > 0 && timer === undefined) timer = setTimeout(flush, GATHER);
}

function flush(): void {
  timer = undefined;
  const effects = joined([...waiting.values()]);
  waiting.clear();
  for (const effect of effects) {
    run(effect).catch((thrown: unknown) => {
      if (noAnswer(thrown)) {
        postpone(effect);
        return;
      }
      // What is gone by the time it is asked for needs no words: its own event tells.
      if (!(thrown instanceof Failure && thrown.status === 404)) complain(thrown);
    });
  }
}

function postpone(effect: Effect): void {
  // A newer event about the same may have come meanwhile.
  if (!waiting.has(keyOf(effect))) waiting.set(keyOf(effect), effect);
  if (later !== undefined) return;
  later = setTimeout(() => {
    later = undefined;
    refetch([]);
  }, AGAIN);
}

/** Asks for a project's list of clips where that is less than asking for each of them. */
export function joined(effects: Effect[]): Effect[] {
  const counts = new Map<string, number>();
  for (const effect of effects) {
    if (effect.kind !== "clip") continue;
    counts.set(effect.projectId, (counts.get(effect.projectId) ?? 0) + 1);
  }
  const many = [...counts].filter(([, count]) => count >= MANY).map(([id]) => id);
  const listed = new Set(effects.flatMap((one) => (one.kind === "clips" ? [one.id] : [])));
  const left = effects.filter(
    (one) => one.kind !== "clip" || !(listed.has(one.projectId) || many.includes(one.projectId)),
  );
  const lists = many.filter((id) => !listed.has(id)).map((id): Effect => ({ kind: "clips", id }));
  return [...left, ...lists];
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
    case "clip": {
      // Mostly this page's own edit, whose answer was here before the event.
      if ((useStore.getState().doc.base[effect.id]?.rev ?? 0) >= effect.rev) return;
      const clip = await getClip(effect.id);
      return changeDoc((doc) => arrived(doc, clip));
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
  const shown = new Set(Object.values(useStore.getState().doc.base).map((c) => c.project_id));
  refetch([...shown].map((id) => ({ kind: "clips", id })));
}
