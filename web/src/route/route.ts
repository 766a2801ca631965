/** Where the studio is. The address is in the fragment, which never reaches the server. */
export type Route =
  | { page: "library" }
  /** All work: every job with its steps. */
  | { page: "jobs" }
  /** All exports, the running and the finished. */
  | { page: "exports" }
  | { page: "project"; projectId: string; clipId: string | null }
  | { page: "editor"; projectId: string; clipId: string };

/** The route that an address fragment names; anything unknown is the library. */
export function parseRoute(fragment: string): Route {
  const parts = fragment.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
  const [collection, projectId, kind, clip, mode] = parts;
  if (collection === "jobs" || collection === "exports") return { page: collection };
  if (collection !== "projects" || projectId === undefined) return { page: "library" };
  const clipId = kind === "clips" ? (clip ?? null) : null;
  if (clipId !== null && mode === "edit") return { page: "editor", projectId, clipId };
  return { page: "project", projectId, clipId };
}

/** The fragment for a route: the inverse of `parseRoute`. */
export function hrefTo(route: Route): string {
  if (route.page === "library") return "#/";
  if (route.page === "jobs" || route.page === "exports") return `#/${route.page}`;
  const project = `#/projects/${encodeURIComponent(route.projectId)}`;
  if (route.clipId === null) return project;
  const clip = `${project}/clips/${encodeURIComponent(route.clipId)}`;
  return route.page === "editor" ? `${clip}/edit` : clip;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
