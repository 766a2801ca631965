import { useEffect, useRef } from "react";
import { useStore } from "../store/store";
import { dialogIsOpen } from "../ui/Dialog";
import { focusOf } from "../ui/keyboard";
import { registerActions, registerShortcuts } from "../ui/registry";
import { type Command, commandFor, SHORTCUTS, WORDS } from "./shortcuts";

/** What the palette offers as well: what one does once, and not while playing. */
const OFFERED: readonly Command[] = [
  "keep",
  "skip",
  "edit",
  "export",
  "search",
  "zoom-all",
  "mute",
];

/** Parts that work the keys themselves while the focus is in them: menus, sliders, switches. */
const OWN_KEYS = "[role=menu], [role=group] [role=radio], [role=radiogroup], .slider-thumb";

/** Whether a dialog was asked for: its part of the studio may still be on its way. */
function dialogIsComing(): boolean {
  const { helpOpen, paletteOpen, exporting } = useStore.getState().ui;
  return helpOpen || paletteOpen || exporting !== null;
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
  useEffect(() => registerShortcuts("Project", WORDS), []);
  useEffect(() => {
    const offered = SHORTCUTS.filter(({ command }) => OFFERED.includes(command));
    return registerActions(
      "Project",
      offered.map(({ command, words, shown }) => ({
        id: `project ${command}`,
        words,
        keys: typeof shown === "string" ? shown : (shown[0] ?? ""),
        run: () => void latest.current(command),
      })),
    );
  }, []);
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || dialogIsOpen() || dialogIsComing()) return;
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      const focus = focusOf(event.target, "button, a, summary", OWN_KEYS);
      const command = commandFor({ key, ctrlKey, metaKey, altKey, shiftKey, focus });
      if (command !== null && latest.current(command)) event.preventDefault();
    }
    // In the capture phase, before a focused <video> takes the key for its own controls.
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
