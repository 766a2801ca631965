import { useSyncExternalStore } from "react";

/** One line of the key help. The keys themselves are listened for by who registers them. */
export interface ShortcutWords {
  /** The keys as people read them: `"J"`, `"Ctrl+Z"`; several do the same. */
  keys: string | readonly string[];
  words: string;
}

/** Something that the page in sight can do, for the command palette. */
export interface PageAction {
  id: string;
  words: string;
  /** The key that does the same, as people read it. */
  keys?: string;
  run: () => void;
}

/** A list of lists, by scope, that tells its readers when it changes. */
class Registry<T> {
  #lists: readonly (readonly [string, readonly T[]])[] = [];
  readonly #readers = new Set<() => void>();

  /**
   * Adds a scope's list and returns how to take it away again. A scope that is registered twice
   * is listed twice until the first of them goes: React mounts the new page before it says so.
   */
  add(scope: string, list: readonly T[]): () => void {
    const entry = [scope, list] as const;
    this.#change([...this.#lists, entry]);
    return () => this.#change(this.#lists.filter((one) => one !== entry));
  }

  /** Every scope once, in the order in which they came; the newest list of each. */
  readonly read = (): readonly (readonly [string, readonly T[]])[] => this.#lists;

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  };

  #change(lists: readonly (readonly [string, readonly T[]])[]): void {
    this.#lists = lists;
    for (const reader of this.#readers) reader();
  }
}

const shortcuts = new Registry<ShortcutWords>();
const actions = new Registry<PageAction>();

/**
 * Lists a page's keys in the help (`?`), under the heading `scope`, until the returned function is
 * called: `useEffect(() => registerShortcuts("Clip editor", LIST), [])`.
 */
export function registerShortcuts(scope: string, list: readonly ShortcutWords[]): () => void {
  return shortcuts.add(scope, list);
}

/** Lists what a page can do in the command palette (Ctrl+K), until the returned function is called. */
export function registerActions(scope: string, list: readonly PageAction[]): () => void {
  return actions.add(scope, list);
}

function newest<T>(lists: readonly (readonly [string, readonly T[]])[]): [string, readonly T[]][] {
  return [...new Map(lists.map(([scope, list]) => [scope, list]))];
}

/** All keys that work now, by scope. */
export function useShortcutWords(): [string, readonly ShortcutWords[]][] {
  return newest(useSyncExternalStore(shortcuts.subscribe, shortcuts.read));
}

/** All actions of the page in sight, by scope. */
export function usePageActions(): [string, readonly PageAction[]][] {
  return newest(useSyncExternalStore(actions.subscribe, actions.read));
}
