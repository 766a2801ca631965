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

/**
 * What has the focus. `controls` are parts that some keys already work, Space and the arrows say;
 * `own` are those that want every key for themselves, as a text field does.
 */
export function focusOf(
  target: EventTarget | null,
  controls: string,
  own?: string,
): KeyPress["focus"] {
  if (isTyping(target)) return "text";
  if (!(target instanceof Element)) return "none";
  if (own !== undefined && target.closest(own) !== null) return "text";
  return target.closest(controls) === null ? "none" : "control";
}
