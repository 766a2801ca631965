import type { System } from "../api/types";
import { bytes } from "../ui/format";

type Disk = System["disk"];

/** Below this much room for work, in bytes, it is time to say something: an hour's preview. */
const LITTLE = 5e9;

export interface DiskState {
  tone: "fine" | "low" | "full";
  /** What is the matter; empty while nothing is. */
  title: string;
  /** `FORGE uses 12.3 GB; 120 GB are free.` */
  words: string;
  /** What to do about it; empty while there is nothing to do. */
  advice: string;
  /** What FORGE uses of what it may use, 0 to 100. */
  share: number;
  /** What takes the room, the most first. */
  kinds: [string, number][];
}

/** How full the disk is, in words, and what to do when it is nearly full. Pure. */
export function diskState(disk: Disk): DiskState {
  const room = Math.max(0, disk.free - disk.min_free);
  const left = disk.quota === null ? room : Math.min(room, Math.max(0, disk.quota - disk.used));
  const kinds = Object.entries(disk.kinds)
    .filter(([, size]) => size > 0)
    .sort(([, a], [, b]) => b - a);
  const most = kinds.slice(0, 2).map(([kind, size]) => `${kind} (${bytes(size)})`);
  const limit = disk.quota === null ? "" : ` of the ${bytes(disk.quota)} that it may use`;
  const where = most.length > 0 ? ` Most of it is ${most.join(" and ")}.` : "";
  const tidy = `Delete projects or exports that you no longer need.${where}`;
  const share = (100 * disk.used) / Math.max(1, disk.used + left);
  const words = `FORGE uses ${bytes(disk.used)}${limit}; ${bytes(disk.free)} are free on its disk.`;
  const end = disk.quota !== null && disk.quota - disk.used <= room ? "FORGE’s limit" : "The disk";
  const full = end === "The disk" ? "full" : "reached";
  if (left <= 0) {
    const stop = "Nothing new can be started before there is room.";
    return {
      tone: "full",
      title: `${end} is ${full}.`,
      words,
      advice: `${stop} ${tidy}`,
      share,
      kinds,
    };
  }
  if (left < LITTLE) {
    const stop = `New work stops when another ${bytes(left)} are used.`;
    return {
      tone: "low",
      title: `${end} is nearly ${full}.`,
      words,
      advice: `${stop} ${tidy}`,
      share,
      kinds,
    };
  }
  return { tone: "fine", title: "", words, advice: "", share, kinds };
}
