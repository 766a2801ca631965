import type { KeyPress } from "../ui/keyboard";

/** A key pressed alone, with the focus nowhere, but for what `fields` say. */
export const press = (key: string, fields: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  focus: "none",
  ...fields,
});
