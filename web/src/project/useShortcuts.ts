import { useEffect, useRef } from "react";
import { type Command, commandFor, type KeyPress } from "./shortcuts";

function focusOf(target: EventTarget | null): KeyPress["focus"] {
  if (!(target instanceof HTMLElement)) return "none";
  if (target.closest("input, textarea, select, [contenteditable]")) return "text";
  return target.closest("button, a, summary") ? "control" : "none";
}

/**
 * Calls `handle` for each shortcut while the component is mounted and no dialog is open. `handle`
 * answers whether the command was its own; otherwise the key is left for others and the browser.
 */
export function useShortcuts(handle: (command: Command) => boolean): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const { key, ctrlKey, metaKey, altKey } = event;
      const focus = focusOf(event.target);
      const command = commandFor({ key, ctrlKey, metaKey, altKey, focus });
      if (command !== null && latest.current(command)) event.preventDefault();
    }
    // In the capture phase, before a focused <video> takes the key for its own controls.
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
