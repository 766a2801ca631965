import { useEffect, useRef } from "react";
import { SHORTEST } from "../clip/shortest";
import { openExport } from "../exports";
import { frameStep } from "../player/transport";
import { mark } from "../project/marking";
import { gesture, redo, undo } from "../store/history";
import { useStore } from "../store/store";
import { dialogIsOpen } from "../ui/Dialog";
import { focusOf } from "../ui/keyboard";
import { registerActions, registerShortcuts } from "../ui/registry";
import { change, type EditorState } from "./context";
import { takeFacecam } from "./foundFacecam";
import { type Command, commandFor, KEYS } from "./keys";
import { addKeyframe, dropKeyframe } from "./picture";
import { withCut } from "./spans";
import { cutWords } from "./words";

const SHOWN = KEYS.map(({ shown, words }) => ({ keys: shown, words }));

/** Handles, tabs and menus use the arrows themselves. */
const MOVED = "[role=slider], [role=tab], [role=radio], [role=menuitem]";
/** What is pressed with Space or Enter leaves the arrows to the editor: one may cut, and go on. */
const PRESSED = `button, a, summary, ${MOVED}`;

/** Listens for the editor's keys, and lists them in the help and the palette. */
export function useEditorKeys(state: EditorState): void {
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  useEffect(() => registerShortcuts("Clip editor", SHOWN), []);
  useEffect(
    () =>
      registerActions(
        "This clip",
        (["undo", "redo", "keyframe", "facecam", "split", "keep", "skip", "export"] as const).map(
          (command) => {
            const binding = KEYS.find((one) => one.command === command);
            const run = () => perform(command, latest.current);
            return {
              id: command,
              words: binding?.words ?? command,
              keys: binding?.shown ?? "",
              run,
            };
          },
        ),
      ),
    [],
  );
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || dialogIsOpen()) return;
      const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
      const command = commandFor({
        key,
        ctrlKey,
        metaKey,
        altKey,
        shiftKey,
        focus: focusOf(target, key === " " || key === "Enter" ? PRESSED : MOVED),
      });
      if (command === null) return;
      event.preventDefault();
      perform(command, latest.current);
    }
    // Not in the capture phase: a zone or a handle that has the focus takes its arrows first.
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

const rateOf = ({ vod, fps }: EditorState) => vod.fps ?? fps;

function stepFrame(state: EditorState, step: 1 | -1): void {
  const { clock } = state;
  clock.step(frameStep(clock.time, rateOf(state), step) - clock.time);
}

const DOINGS: Record<Command, (state: EditorState) => void> = {
  toggle: ({ clock }) => clock.toggle(),
  pause: ({ clock }) => clock.pause(),
  backwards: ({ clock }) => clock.shuttle(-1),
  forwards: ({ clock }) => clock.shuttle(1),
  "frame-back": (state) => stepFrame(state, -1),
  "frame-on": (state) => stepFrame(state, 1),
  "second-back": ({ clock }) => clock.step(-1),
  "second-on": ({ clock }) => clock.step(1),
  "to-start": ({ clock, clip }) => clock.seek(clip.start),
  "to-end": (state) => state.clock.seek(state.clip.end - 1 / rateOf(state)),
  mute: ({ clock }) => clock.toggleSound(),
  "trim-start": (state) => trim(state, "start"),
  "trim-end": (state) => trim(state, "end"),
  split,
  keyframe: ({ clip, clock }) =>
    change(clip.id, "Add a keyframe", (draft) => addKeyframe(draft, clock.time)),
  facecam,
  delete: remove,
  undo: (state) => turn("undo", state),
  redo: (state) => turn("redo", state),
  escape: giveUp,
  keep: ({ clip }) => mark(clip, "kept"),
  skip: ({ clip }) => mark(clip, "skipped"),
  export: ({ clip }) => openExport([clip.id]),
};

/** Does what a command means. */
export function perform(command: Command, state: EditorState): void {
  DOINGS[command](state);
}

/** Says something in the head: a notice over the page would hide the timeline. */
function say(setNote: EditorState["setNote"], text: string): void {
  setNote({ text, steps: useStore.getState().doc.steps });
}

/** Undoes or redoes, and says what. */
export function turn(kind: "undo" | "redo", { clip, setNote }: EditorState): void {
  const label = kind === "undo" ? undo(clip.id) : redo(clip.id);
  if (label !== null) say(setNote, `${kind === "undo" ? "Undone" : "Redone"}: ${label}`);
}

function trim({ clip, clock, setNote }: EditorState, side: "start" | "end"): void {
  const { time } = clock;
  const fits = side === "start" ? time <= clip.end - SHORTEST : time >= clip.start + SHORTEST;
  if (!fits) {
    say(setNote, `A clip lasts at least ${SHORTEST} s: move the playhead first`);
    return;
  }
  change(clip.id, side === "start" ? "Trim the start" : "Trim the end", (draft) => {
    draft[side] = time;
  });
}

/** C: what was found becomes the zone, and what was not is said. */
function facecam(state: EditorState): void {
  if (takeFacecam(state, state.clock.time)) return;
  const words = state.found === null ? "No facecam was found" : "There is a facecam zone already";
  say(state.setNote, `${words}: draw the zone where it is`);
}

/** S: the first one begins a cut, the second one ends it. */
function split({ clip, clock, mark: begun, setMark, setNote }: EditorState): void {
  const { time } = clock;
  if (begun === null) {
    setMark(time);
    say(setNote, "A cut begins here: S again ends it, Escape gives it up");
    return;
  }
  setMark(null);
  const span = { start: Math.min(begun, time), end: Math.max(begun, time) };
  if (span.end - span.start < 0.02) return;
  change(clip.id, "Cut out a part", (draft) => {
    draft.cuts = withCut(draft.cuts, span);
  });
}

/** Delete: what it means depends on what is selected. */
function remove(state: EditorState): void {
  const { clip, selection, select, setNote } = state;
  if (selection?.kind === "words") {
    const [first, last] = [selection.first, selection.last].sort((a, b) => a - b);
    if (first !== undefined && last !== undefined) cutWords(state, first, last);
  } else if (selection?.kind === "cut") {
    const { start, end } = selection;
    change(clip.id, "Restore a cut", (draft) => {
      draft.cuts = draft.cuts.filter((cut) => cut.start !== start || cut.end !== end);
    });
    select(null);
  } else if (selection?.kind === "keyframe") {
    const { at } = selection;
    change(clip.id, "Delete a keyframe", (draft) => dropKeyframe(draft, at));
    select(null);
  } else {
    say(setNote, "Select words, a cut or a keyframe to delete");
  }
}

/** Escape gives up one thing at a time. */
function giveUp({ mark: begun, setMark, select, setNote }: EditorState): void {
  if (gesture.active()) gesture.abandon();
  else if (begun !== null) {
    setMark(null);
    say(setNote, "The cut is given up");
  } else select(null);
}
