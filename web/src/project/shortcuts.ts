import type { KeyPress } from "../ui/keyboard";
import type { ShortcutWords } from "../ui/registry";

export type Command =
  | "toggle"
  | "pause"
  | "backwards"
  | "forwards"
  | "frame-back"
  | "frame-forward"
  | "second-back"
  | "second-forward"
  | "to-start"
  | "to-end"
  | "mute"
  | "begin"
  | "end"
  | "previous"
  | "next"
  | "keep"
  | "skip"
  | "edit"
  | "export"
  | "search"
  | "zoom-in"
  | "zoom-out"
  | "zoom-all";

interface Shortcut {
  command: Command;
  /** Values of `KeyboardEvent.key`, lower case; `shift+` before those that need it. */
  keys: string[];
  shown: string | string[];
  words: string;
}

/** Every shortcut of the project's page, in the order in which the help shows them. */
export const SHORTCUTS: Shortcut[] = [
  { command: "toggle", keys: [" "], shown: "Space", words: "Play or pause" },
  { command: "backwards", keys: ["j"], shown: "J", words: "Play backwards; again: faster" },
  { command: "pause", keys: ["k"], shown: "K", words: "Pause" },
  { command: "forwards", keys: ["l"], shown: "L", words: "Play; again: faster" },
  { command: "frame-back", keys: ["arrowleft"], shown: "←", words: "One frame back" },
  { command: "frame-forward", keys: ["arrowright"], shown: "→", words: "One frame on" },
  { command: "second-back", keys: ["shift+arrowleft"], shown: "Shift+←", words: "1 second back" },
  { command: "second-forward", keys: ["shift+arrowright"], shown: "Shift+→", words: "1 second on" },
  { command: "to-start", keys: ["home"], shown: "Home", words: "To the recording's start" },
  { command: "to-end", keys: ["end"], shown: "End", words: "To its end" },
  { command: "mute", keys: ["m"], shown: "M", words: "Sound on or off" },
  { command: "begin", keys: ["i"], shown: "I", words: "A new moment starts here" },
  { command: "end", keys: ["o"], shown: "O", words: "It ends here" },
  { command: "previous", keys: ["arrowup"], shown: "↑", words: "The moment above" },
  { command: "next", keys: ["arrowdown"], shown: "↓", words: "The moment below" },
  { command: "keep", keys: ["y"], shown: "Y", words: "Keep this moment" },
  { command: "skip", keys: ["x", "n"], shown: ["X", "N"], words: "Skip this moment" },
  { command: "edit", keys: ["enter"], shown: "Enter", words: "Edit this moment" },
  { command: "export", keys: ["e"], shown: "E", words: "Export this moment" },
  { command: "search", keys: ["/"], shown: "/", words: "Search what was said" },
  { command: "zoom-in", keys: ["+", "="], shown: "+", words: "Zoom the timeline in" },
  { command: "zoom-out", keys: ["-"], shown: "−", words: "Zoom it out" },
  { command: "zoom-all", keys: ["0"], shown: "0", words: "The whole recording" },
];

/** The same for the studio's help. */
export const WORDS: ShortcutWords[] = SHORTCUTS.map(({ shown, words }) => ({ keys: shown, words }));

/**
 * The command that a key press means, or null.
 *
 * Keys being typed are never commands; with a modifier they belong to the browser; and space or
 * Enter on a focused button is that button's. Shift counts for named keys only: which letters and
 * signs need it is the keyboard's business.
 */
export function commandFor(press: KeyPress): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.focus === "text") return null;
  if (press.focus === "control" && (press.key === " " || press.key === "Enter")) return null;
  const key = press.key.toLowerCase();
  const name = press.shiftKey && key.length > 1 ? `shift+${key}` : key;
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(name))?.command ?? null;
}
