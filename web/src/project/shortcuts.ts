export type Command =
  | "toggle"
  | "pause"
  | "back"
  | "forward"
  | "step-back"
  | "step-forward"
  | "previous"
  | "next"
  | "keep"
  | "skip"
  | "export"
  | "help";

interface Shortcut {
  command: Command;
  /** Values of `KeyboardEvent.key`, lower case. */
  keys: string[];
  shown: string;
  words: string;
}

/** Every shortcut, in the order in which the help shows them. */
export const SHORTCUTS: Shortcut[] = [
  { command: "toggle", keys: [" "], shown: "Space", words: "Play or pause" },
  { command: "back", keys: ["j"], shown: "J", words: "Back 5 seconds" },
  { command: "pause", keys: ["k"], shown: "K", words: "Pause" },
  { command: "forward", keys: ["l"], shown: "L", words: "Forward 5 seconds" },
  { command: "step-back", keys: ["arrowleft"], shown: "←", words: "Back 1 second" },
  { command: "step-forward", keys: ["arrowright"], shown: "→", words: "Forward 1 second" },
  { command: "previous", keys: ["arrowup"], shown: "↑", words: "The moment above" },
  { command: "next", keys: ["arrowdown"], shown: "↓", words: "The moment below" },
  { command: "keep", keys: ["y"], shown: "Y", words: "Keep this moment" },
  { command: "skip", keys: ["n"], shown: "N", words: "Skip this moment" },
  { command: "export", keys: ["e"], shown: "E", words: "Export this moment" },
  { command: "help", keys: ["?"], shown: "?", words: "Show these keys" },
];

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** What has the focus: text being typed, something that a key already works, or the rest. */
  focus: "text" | "control" | "none";
}

/**
 * The command that a key press means, or null.
 *
 * Keys being typed are never commands; with a modifier they belong to the browser; and space on a
 * focused button is that button's.
 */
export function commandFor(press: KeyPress): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.focus === "text") return null;
  if (press.focus === "control" && press.key === " ") return null;
  const key = press.key.toLowerCase();
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(key))?.command ?? null;
}
