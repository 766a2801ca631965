import type { ExportKind, Preset } from "../api/types";
import { KINDS, PRESETS } from "./presets";

/** What a person chose the last time, kept on this browser. */
export interface Choice {
  presets: Preset[];
  /** What "Download all" takes. */
  kinds: ExportKind[];
}

const KEY = "forge.export";
const FIRST: Choice = { presets: ["9:16"], kinds: ["mp4"] };

function known<T>(given: unknown, all: readonly T[]): T[] {
  return Array.isArray(given) ? all.filter((one) => given.includes(one)) : [];
}

/**
 * A stored choice, as far as it still makes sense: an older or newer studio may have written it,
 * and at least one format and one kind of file is chosen always. Pure.
 */
export function readChoice(stored: string | null): Choice {
  let value: unknown = null;
  try {
    value = JSON.parse(stored ?? "null");
  } catch {
    // Not ours: as if nothing had been chosen.
  }
  const { presets, kinds } = (value ?? {}) as Record<string, unknown>;
  const formats = known(
    presets,
    PRESETS.map((one) => one.preset),
  );
  const files = known(
    kinds,
    KINDS.map((one) => one.kind),
  );
  return {
    presets: formats.length > 0 ? formats : FIRST.presets,
    kinds: files.length > 0 ? files : FIRST.kinds,
  };
}

/** The last choice. Private windows may refuse storage: then the first one. */
export function storedChoice(): Choice {
  try {
    return readChoice(window.localStorage.getItem(KEY));
  } catch {
    return FIRST;
  }
}

export function keepChoice(choice: Choice): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Chosen for this visit only.
  }
}

/** `list` with `item` in or out of it, in the order of `all`. */
export function toggled<T>(all: readonly T[], list: readonly T[], item: T): T[] {
  return all.filter((one) => (one === item ? !list.includes(item) : list.includes(one)));
}
