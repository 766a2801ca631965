import type { Cut, Keyframe, WordEdit, Zone } from "../api/types";
import type { Change } from "../store/diff";

const FIELDS: Record<string, string> = {
  title: "Title",
  state: "Kept or skipped",
  start: "Start",
  end: "End",
  layout: "Layout",
  pip: "Place of the inset",
  "zones/facecam": "Facecam zone",
  "zones/gameplay": "Gameplay zone",
  "captions/enabled": "Captions on or off",
  "captions/style": "Caption style",
  "captions/middle": "Height of the captions",
  "captions/scale": "Size of the captions",
};
const STATES: Record<string, string> = { kept: "kept", skipped: "skipped", suggested: "undecided" };

const share = (fraction: number) => `${Math.round(fraction * 1000) / 10} %`;

/** `1:02.35`: a place in the recording, to the hundredth. */
export function moment(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(2).padStart(5, "0")}`;
}

/** What a change is about, in words. */
export function fieldWords({ key }: Change): string {
  const known = FIELDS[key];
  if (known !== undefined) return known;
  if (key.startsWith("cuts/")) return "A cut";
  if (key.startsWith("keyframes/")) return `Keyframe at ${moment(Number(key.slice(10)))}`;
  if (key.startsWith("captions/words/")) return "A word of the captions";
  if (key.startsWith("captions/colours/")) return `Colour of ${key.slice(17)}`;
  return key;
}

/** A value as a person would say it, for the two sides of a clash. */
export function valueWords(key: string, value: unknown): string {
  if (value === undefined) return "none";
  if (value === null) return "as usual";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (key === "start" || key === "end") return moment(Number(value));
  if (key === "captions/middle" || key === "captions/scale") return share(Number(value));
  if (key === "state") return STATES[String(value)] ?? String(value);
  if (key.startsWith("cuts/")) {
    const cut = value as Cut;
    return `${moment(cut.start)} to ${moment(cut.end)} left out`;
  }
  if (key.startsWith("zones/") || key === "pip") {
    const rect = key === "pip" ? (value as Zone["rect"]) : (value as Zone).rect;
    return `${share(rect.w)} × ${share(rect.h)} at ${share(rect.x)}, ${share(rect.y)}`;
  }
  if (key.startsWith("keyframes/")) return `layout ${(value as Keyframe).layout}`;
  if (key.startsWith("captions/words/")) {
    const { text, start } = value as WordEdit;
    if (text === "") return "hidden";
    return text ?? (typeof start === "number" ? `from ${moment(start)}` : "changed");
  }
  return String(value);
}
