import { useEffect } from "react";
import { redo, undo } from "../store/history";
import { announce, useStore } from "../store/store";
import { dialogIsOpen } from "../ui/Dialog";
import { isTyping } from "../ui/keyboard";
import { registerShortcuts } from "../ui/registry";

const WORDS = [
  { keys: "Ctrl+Z", words: "Undo what was last done to a moment of this project" },
  { keys: "Ctrl+Shift+Z", words: "Redo it" },
];

/**
 * Undo and redo by keys on a project's page: of that project's clips, and nobody else's. The clip
 * editor has its own, which undo what was done to its clip; `projectId` is null there.
 */
export function useUndoKeys(projectId: string | null): void {
  useEffect(() => {
    if (projectId === null) return;
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      const kind =
        key === "z" && !event.shiftKey ? "undo" : key === "z" || key === "y" ? "redo" : "";
      if (kind === "" || dialogIsOpen() || isTyping(event.target)) return;
      event.preventDefault();
      const { base } = useStore.getState().doc;
      const mine = (clipId: string) => base[clipId]?.project_id === projectId;
      const label = kind === "undo" ? undo(mine) : redo(mine);
      if (label !== null) announce(`${kind === "undo" ? "Undone" : "Redone"}: ${label}`);
    }
    window.addEventListener("keydown", listen);
    const unregister = registerShortcuts("Every moment", WORDS);
    return () => {
      window.removeEventListener("keydown", listen);
      unregister();
    };
  }, [projectId]);
}
