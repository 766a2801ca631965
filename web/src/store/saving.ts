import { getClip, patchClip } from "../api/client";
import { asFailure, type Failure, noAnswer } from "../api/failure";
import { backoff } from "../live/backoff";
import { arrived, withoutClip } from "./doc";
import { written } from "./journal";
import { nextSending, refused, type Sending, taken } from "./sending";
import { changeDoc, complain, useStore } from "./store";

/** The clips whose line is being saved, with the promise that it is done with, for now. */
const lines = new Map<string, Promise<void>>();
/** How often in a row a clip's save has got no answer. */
const failures = new Map<string, number>();
/** Revisions that may be stale in a row before it is called a failure: somebody edits as fast. */
const STALE = 5;

/**
 * Saves a clip's unsaved edits, one request at a time and in order, each on the newest revision.
 * Resolves when there is nothing left to send now: all is saved, a person has to decide about a
 * clash, or the server does not answer (then it is tried again, and nothing is lost).
 */
export function save(clipId: string): Promise<void> {
  const known = lines.get(clipId);
  if (known !== undefined) return known;
  const line = work(clipId).finally(() => lines.delete(clipId));
  lines.set(clipId, line);
  return line;
}

async function work(clipId: string): Promise<void> {
  let limit = Number.MAX_VALUE;
  let stale = 0;
  for (;;) {
    const { doc } = useStore.getState();
    if (doc.unsaved[clipId] === undefined || doc.clash?.clipId === clipId) return;
    // Written down before it is sent: a tab that is killed now knows what was on its way.
    await written();
    try {
      if (doc.base[clipId] === undefined) {
        const clip = await getClip(clipId);
        changeDoc((now) => arrived(now, clip));
      }
      const next = nextSending(useStore.getState().doc, clipId, limit);
      if (next.kind === "nothing") return;
      if (next.kind === "clash") {
        changeDoc((now) => ({ ...now, clash: next.clash }));
        return;
      }
      if (next.kind === "done") changeDoc((now) => taken(now, clipId, next.ops));
      else await send(clipId, next);
      failures.delete(clipId);
      stale = 0;
      limit = Number.MAX_VALUE;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.status === 404) {
        changeDoc((now) => withoutClip(now, clipId));
        complain(thrown);
        return;
      }
      if (isStale(failure) && stale < STALE) {
        stale += 1;
        if (!(await refresh(clipId))) return;
      } else if (comesBack(failure)) {
        again(clipId);
        return;
      } else {
        // Several were sent as one: the next round finds out which of them it was.
        const line = useStore.getState().doc.unsaved[clipId] ?? [];
        if (limit > 1 && line.length > 1) {
          limit = 1;
          continue;
        }
        changeDoc((now) => refused(now, clipId, line.slice(0, 1)));
        complain(thrown);
      }
    }
  }
}

async function send(clipId: string, next: Extract<Sending, { kind: "send" }>): Promise<void> {
  const saved = await patchClip(clipId, next.rev, next.edit);
  changeDoc((now) => taken(now, clipId, next.ops, saved));
}

const isStale = (failure: Failure) => failure.status === 409 || failure.status === 412;

/** No answer, no session, too many requests, or the server's own trouble: later may be better. */
function comesBack(failure: Failure): boolean {
  const { status } = failure;
  return noAnswer(failure) || status === 401 || status === 429 || status > 499;
}

async function refresh(clipId: string): Promise<boolean> {
  try {
    const clip = await getClip(clipId);
    changeDoc((now) => arrived(now, clip));
    return true;
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.status === 404) changeDoc((now) => withoutClip(now, clipId));
    else again(clipId);
    return false;
  }
}

function again(clipId: string): void {
  const count = failures.get(clipId) ?? 0;
  failures.set(clipId, count + 1);
  setTimeout(() => void save(clipId), backoff(count, Math.random()));
}

/** Saves whatever is unsaved: after a reload, or when the server answers again. */
export function saveAll(): void {
  for (const clipId of Object.keys(useStore.getState().doc.unsaved)) void save(clipId);
}
