/** Where the studio is. The address is in the fragment, which never reaches the server. */
export type Route =
  | { page: "library" }
  | { page: "project"; projectId: string; clipId: string | null };

/** The route that an address fragment names; anything unknown is the library. */
export function parseRoute(fragment: string): Route {
  const parts = fragment.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
  const [collection, projectId, kind, clipId] = parts;
  if (collection !== "projects" || projectId === undefined) return { page: "library" };
  return { page: "project", projectId, clipId: kind === "clips" ? (clipId ?? null) : null };
}

/** The fragment for a route: the inverse of `parseRoute`. */
export function hrefTo(route: Route): string {
  if (route.page === "library") return "#/";
  const project = `#/projects/${encodeURIComponent(route.projectId)}`;
  return route.clipId === null ? project : `${project}/clips/${encodeURIComponent(route.clipId)}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
