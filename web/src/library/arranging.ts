import type { Project } from "../api/types";

export type Order = "newest" | "oldest" | "name" | "longest" | "largest";

export const ORDERS: readonly [Order, string][] = [
  ["newest", "Newest first"],
  ["oldest", "Oldest first"],
  ["name", "By name"],
  ["longest", "Longest first"],
  ["largest", "Largest first"],
];

/** Names as people sort them: `Stream 9` before `Stream 10`. */
const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const total = (project: Project, of: (vod: Project["vods"][number]) => number | null) =>
  project.vods.reduce((sum, vod) => sum + (of(vod) ?? 0), 0);

const BY: Record<Order, (a: Project, b: Project) => number> = {
  newest: (a, b) => b.created_at - a.created_at,
  oldest: (a, b) => a.created_at - b.created_at,
  name: (a, b) => NAMES.compare(a.title, b.title),
  longest: (a, b) => total(b, (vod) => vod.duration) - total(a, (vod) => vod.duration),
  largest: (a, b) => total(b, (vod) => vod.size) - total(a, (vod) => vod.size),
};

/**
 * The projects whose title, or a recording's name, has every word of `search` in it, in an order.
 * What is equal in it stays newest first.
 */
export function arrange(projects: Project[], search: string, order: Order): Project[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return projects
    .filter((project) => {
      const names = [project.title, ...project.vods.map((vod) => vod.name)].join(" ").toLowerCase();
      return words.every((word) => names.includes(word));
    })
    .sort((a, b) => BY[order](a, b) || BY.newest(a, b));
}
