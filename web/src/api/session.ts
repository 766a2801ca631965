import { hasSession, openSession } from "./client";

/** The token in a start URL's fragment (`#token=…`), or null. Pure. */
export function tokenIn(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#\/?/, "")).get("token");
  return token === null || token === "" ? null : token;
}

/**
 * The token in what a person pasted: the bare token, or the whole start link. Pure.
 */
export function tokenFrom(pasted: string): string {
  const words = pasted.trim();
  const hash = words.indexOf("#");
  return (hash >= 0 ? tokenIn(words.slice(hash)) : null) ?? words;
}

/**
 * Opens a session from the address bar, or says whether there is one already.
 *
 * The token leaves the address bar before the answer comes, so that it neither stays in the
 * history nor gets copied along with the address.
 */
export async function beginSession(): Promise<boolean> {
  const token = tokenIn(window.location.hash);
  if (token === null) return hasSession();
  window.history.replaceState(null, "", `${window.location.pathname}#/`);
  try {
    await openSession(token);
    return true;
  } catch (error) {
    // A stale link may still meet a cookie that works.
    if (await hasSession()) return true;
    throw error;
  }
}
