/** Whether keys pressed there are text being typed, and so belong to nobody else. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** Whether this keyboard has a command key, which then stands for Ctrl. */
export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

/** `Ctrl+K` as this keyboard shows it: `⌘K` on a Mac. */
export function keyWords(keys: string): string {
  return isMac() ? keys.replaceAll("Ctrl+", "⌘").replaceAll("Shift+", "⇧") : keys;
}

/** A key press as a plain value: what it means does not depend on the page. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** What has the focus: text being typed, something that a key already works, or the rest. */
  focus: "text" | "control" | "none";
}
