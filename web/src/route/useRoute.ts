import { useMemo, useSyncExternalStore } from "react";
import { hrefTo, parseRoute, type Route } from "./route";

function subscribe(notify: () => void): () => void {
  window.addEventListener("hashchange", notify);
  return () => window.removeEventListener("hashchange", notify);
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

/** Goes to a route; `replace` leaves no entry behind for the back button. */
export function go(route: Route, replace = false): void {
  if (!replace) {
    window.location.hash = hrefTo(route);
    return;
  }
  window.history.replaceState(null, "", hrefTo(route));
  // replaceState tells nobody; the hook listens to this event.
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
