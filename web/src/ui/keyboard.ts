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
