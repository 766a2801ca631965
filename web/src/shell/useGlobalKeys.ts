import { useEffect } from "react";
import { changeUi } from "../store/store";
import { dialogIsOpen } from "../ui/Dialog";
import { isTyping } from "../ui/keyboard";
import { registerShortcuts } from "../ui/registry";

const WORDS = [
  { keys: "Ctrl+K", words: "Find a project, a moment or an action" },
  { keys: "?", words: "Show these keys" },
  { keys: "F8", words: "Go to the messages" },
];

/** The keys that work on every page. */
export function useGlobalKeys(): void {
  useEffect(() => registerShortcuts("Everywhere", WORDS), []);
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      const isPalette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      if (isPalette && !event.altKey && !event.shiftKey) {
        // Also out of a text field, and over the browser's own use of the key.
        event.preventDefault();
        if (!dialogIsOpen()) changeUi((ui) => ({ ...ui, paletteOpen: true }));
        return;
      }
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.defaultPrevented || dialogIsOpen() || isTyping(event.target)) return;
      event.preventDefault();
      changeUi((ui) => ({ ...ui, helpOpen: true }));
    }
    // In the capture phase, before a focused <video> takes the key for its own controls.
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
