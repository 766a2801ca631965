import type { Draft } from "immer";
import { createContext, useContext } from "react";
import type { Clip, Preset, Project, Vod, Zone } from "../api/types";
import type { Playhead } from "../player/playhead";
import type { Step } from "../store/doc";
import { commit, gesture } from "../store/history";
import type { Found } from "./foundFacecam";
import type { Size } from "./geometry";
import type { Span, Word } from "./spans";

/** What is selected: one thing at most. Never part of the history. */
export type Selection =
  | { kind: "zone"; zone: Zone["kind"] }
  /** Words by their places in `words`, first and last. */
  | { kind: "words"; first: number; last: number }
  | { kind: "cut"; start: number; end: number }
  | { kind: "keyframe"; at: number }
  | null;

/** What was just undone, or what to do next; it is news until the history holds something else. */
export interface Note {
  text: string;
  steps: readonly Step[];
}

export type Stage = "output" | "source";
export type SafeArea = "none" | "tiktok" | "shorts" | "reels";

/** The clip being edited, and all that the parts of the editor share. */
export interface EditorState {
  clip: Clip;
  vod: Vod;
  project: Project;
  clock: Playhead;
  /** The displayed size of the recording. */
  source: Size;
  /** The format that the preview shows, and its picture's size. */
  preset: Preset;
  output: Size;
  setPreset: (preset: Preset) => void;
  /** Frames a second of the exported clip. */
  fps: number;
  /** What is kept of the clip, in source seconds. */
  spans: readonly Span[];
  /** The words around the clip as spoken, and as corrected where they are. */
  words: readonly Word[];
  /** Times at which the picture cuts, around the clip. */
  scenes: readonly number[];
  /** The facecam that FORGE found in the recording; suggested, and never taken by itself. */
  found: Found | null;
  selection: Selection;
  select: (selection: Selection) => void;
  /** Where a cut was begun with S, waiting for its end. */
  mark: number | null;
  setMark: (mark: number | null) => void;
  note: Note | null;
  setNote: (note: Note) => void;
  /** Which picture is shown where there is room for one only. */
  stage: Stage;
  setStage: (stage: Stage) => void;
}

export const EditorContext = createContext<EditorState | null>(null);

export function useEditor(): EditorState {
  const state = useContext(EditorContext);
  if (state === null) throw new Error("There is no EditorContext around this component");
  return state;
}

type Change = (clip: Draft<Clip>) => void;

/** One step of the history, on one clip. */
export function change(clipId: string, label: string, recipe: Change): void {
  void commit(label, (clips) => {
    const draft = clips[clipId];
    if (draft !== undefined) recipe(draft);
  });
}

/** Goes on with a gesture on one clip. */
export function going(clipId: string, recipe: Change): void {
  gesture.update((clips) => {
    const draft = clips[clipId];
    if (draft !== undefined) recipe(draft);
  });
}
