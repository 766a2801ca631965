import { useEffect, useState } from "react";
import { getArtifact } from "../api/artifacts";
import { asFailure, type Failure, unreachable } from "../api/failure";
import { untilAnswered } from "../live/answered";

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
  const id = `${key} ${url}`;
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    const failed = (thrown: unknown) =>
      setState({ id, loaded: { data: null, failure: asFailure(thrown) } });
    untilAnswered(() => load(url, key), { signal: abort.signal, onSilence: failed }).then(
      (data) => setState({ id, loaded: { data: data as T, failure: null } }),
      failed,
    );
    return () => abort.abort();
  }, [url, key, id]);
  return state?.id === id ? state.loaded : NOTHING;
}
