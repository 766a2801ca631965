import { useEffect, useState } from "react";
import { getArtifact } from "../api/artifacts";
import { asFailure, type Failure, noAnswer, unreachable } from "../api/failure";
import { AGAIN } from "../live/backoff";

export interface Loaded<T> {
  data: T | null;
  failure: Failure | null;
}

const NOTHING: Loaded<never> = { data: null, failure: null };

/** How many parsed artifacts are kept: those of two recordings, for going back and forth. */
const KEPT = 8;
const known = new Map<string, Promise<unknown>>();

/** The parsed artifact under a key. Its content never changes, so it is asked for once. */
function load(url: string, key: string): Promise<unknown> {
  const id = `${key} ${url}`;
  const found = known.get(id);
  if (found !== undefined) return found;
  const asked = getArtifact(url).then((answer) =>
    (answer.json() as Promise<unknown>).catch(() => {
      throw unreachable(); // It broke off.
    }),
  );
  known.set(id, asked);
  asked.catch(() => known.delete(id));
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
  }
  return asked;
}

/**
 * A JSON artifact of a recording, as the server has it. `key` is its content's address: nothing is
 * asked for without one, and another key brings the other content. Without an answer it is asked
 * for again after a while.
 */
export function useArtifact<T>(url: string, key: string | undefined): Loaded<T> {
  const [state, setState] = useState<{ id: string; loaded: Loaded<T> } | null>(null);
  const [tries, setTries] = useState(0);
  const id = `${key} ${url}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks anew.
  useEffect(() => {
    if (key === undefined) return;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    load(url, key).then(
      (data) => wanted && setState({ id, loaded: { data: data as T, failure: null } }),
      (thrown: unknown) => {
        if (!wanted) return;
        setState({ id, loaded: { data: null, failure: asFailure(thrown) } });
        if (noAnswer(thrown)) timer = setTimeout(() => setTries((count) => count + 1), AGAIN);
      },
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [url, key, id, tries]);
  return state?.id === id ? state.loaded : NOTHING;
}
