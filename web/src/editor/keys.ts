import type { KeyPress } from "../ui/keyboard";

/** What a key does in the editor. */
export type Command =
  | "toggle"
  | "pause"
  | "backwards"
  | "forwards"
  | "frame-back"
  | "frame-on"
  | "second-back"
  | "second-on"
  | "to-start"
  | "to-end"
  | "mute"
  | "trim-start"
  | "trim-end"
  | "split"
  | "keyframe"
  | "facecam"
  | "delete"
  | "undo"
  | "redo"
  | "escape"
  | "keep"
  | "skip"
  | "export";

interface Binding {
  command: Command;
  /** `KeyboardEvent.key` in lower case, with "ctrl+" and "shift+" before it, in this order. */
  keys: string[];
  shown: string;
  words: string;
}

/** Every key, in the order in which the help shows them. */
export const KEYS: Binding[] = [
  { command: "toggle", keys: [" "], shown: "Space", words: "Play or pause, without what is cut" },
  { command: "backwards", keys: ["j"], shown: "J", words: "Play backwards; again, faster" },
  { command: "pause", keys: ["k"], shown: "K", words: "Pause" },
  { command: "forwards", keys: ["l"], shown: "L", words: "Play; again, faster" },
  { command: "frame-back", keys: ["arrowleft"], shown: "←", words: "One frame back" },
  { command: "frame-on", keys: ["arrowright"], shown: "→", words: "One frame on" },
  { command: "second-back", keys: ["shift+arrowleft"], shown: "Shift+←", words: "One second back" },
  { command: "second-on", keys: ["shift+arrowright"], shown: "Shift+→", words: "One second on" },
  { command: "to-start", keys: ["home"], shown: "Home", words: "To the start of the clip" },
  { command: "to-end", keys: ["end"], shown: "End", words: "To the end of the clip" },
  { command: "mute", keys: ["m"], shown: "M", words: "Sound on or off" },
  { command: "trim-start", keys: ["i"], shown: "I", words: "The clip starts at the playhead" },
  { command: "trim-end", keys: ["o"], shown: "O", words: "The clip ends at the playhead" },
  {
    command: "split",
    keys: ["s"],
    shown: "S",
    words: "Begin a cut at the playhead; again, end it there",
  },
  {
    command: "keyframe",
    keys: ["f"],
    shown: "F",
    words: "Keyframe: the picture can change from the playhead on",
  },
  { command: "facecam", keys: ["c"], shown: "C", words: "Use the facecam that FORGE found" },
  {
    command: "delete",
    keys: ["delete", "backspace"],
    shown: "Delete",
    words: "Cut the selected words; restore a selected cut; delete a selected keyframe",
  },
  { command: "undo", keys: ["ctrl+z"], shown: "Ctrl+Z", words: "Undo" },
  {
    command: "redo",
    keys: ["ctrl+shift+z", "ctrl+y"],
    shown: "Ctrl+Shift+Z",
    words: "Redo",
  },
  {
    command: "escape",
    keys: ["escape"],
    shown: "Escape",
    words: "Give up a drag, a cut begun, a selection",
  },
  { command: "keep", keys: ["y"], shown: "Y", words: "Keep this clip" },
  { command: "skip", keys: ["x", "n"], shown: "X", words: "Skip this clip" },
  { command: "export", keys: ["e"], shown: "E", words: "Export this clip" },
];

/**
 * The command that a key press means, or null. Keys being typed are never commands; undo in a text
 * field is that field's own. Space, Home, End and the arrows belong to a focused control.
 */
export function commandFor(press: KeyPress): Command | null {
  if (press.altKey || press.focus === "text") return null;
  const key = press.key.toLowerCase();
  const letter = /^[a-z]$/.test(key);
  const ctrl = press.ctrlKey || press.metaKey ? "ctrl+" : "";
  // Shift with a letter alone is capital writing (Caps Lock): it means the letter.
  const shift = press.shiftKey && !(letter && ctrl === "") ? "shift+" : "";
  const name = `${ctrl}${shift}${key}`;
  if (press.focus === "control" && OF_CONTROLS.has(key)) return null;
  return KEYS.find((binding) => binding.keys.includes(name))?.command ?? null;
}

const OF_CONTROLS = new Set([" ", "enter", "home", "end", "arrowleft", "arrowright"]);
