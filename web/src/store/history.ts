import { follow, open } from "./journal";
import { save, saveAll } from "./saving";
import { answered } from "./sending";
import {
  abandoned,
  begun,
  committed,
  ended,
  nextStep,
  type Recipe,
  restored,
  type Scope,
  turned,
  updated,
} from "./steps";
import { changeDoc, useStore } from "./store";

/**
 * The one way in which a person changes clips. Every step is shown at once, written into this
 * browser, and saved by revision; undo and redo know no limit, and outlive the page.
 */

let last = "";
let count = 0;

/** A name for a step. Later ones sort behind earlier ones, of this page and of earlier ones. */
function freshStepId(): string {
  const now = Date.now().toString(36).padStart(9, "0");
  count += 1;
  if (now > last) last = now;
  return `${last}-${String(count).padStart(6, "0")}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Saves every clip whose line of unsaved edits has grown. Resolves when they are saved. */
async function saving(change: () => void): Promise<void> {
  const before = useStore.getState().doc.unsaved;
  change();
  const after = useStore.getState().doc.unsaved;
  const grown = Object.keys(after).filter((clipId) => after[clipId] !== before[clipId]);
  await Promise.all(grown.map(save));
}

/**
 * One step: `recipe` changes a draft of `doc.clips`, keyed by clip id. A recipe that changes
 * nothing is no step. A gesture that is under way is ended first. Resolves when it is saved, or
 * has to wait; never rejects. `home` is the clip on whose page it is done, where `undo` has to
 * find it although it changes other clips.
 */
export function commit(label: string, recipe: Recipe, home?: string): Promise<void> {
  return saving(() => {
    changeDoc((doc) => ended(doc, freshStepId()));
    changeDoc((doc) => committed(doc, freshStepId(), label, recipe, home));
  });
}

/**
 * A change that is made bit by bit, like a drag: one step, whatever its length. Between `begin`
 * and `end` it is only shown; `abandon` (Escape) takes it back as if it had never been.
 */
export const gesture = {
  /** Begins one; another that was under way is ended. */
  begin(label: string): void {
    void saving(() => {
      changeDoc((doc) => ended(doc, freshStepId()));
      changeDoc((doc) => begun(doc, label));
    });
  },
  /** Changes what is shown now; without `begin` it does nothing. */
  update(recipe: Recipe): void {
    changeDoc((doc) => updated(doc, recipe));
  },
  end(): Promise<void> {
    return saving(() => changeDoc((doc) => ended(doc, freshStepId())));
  },
  abandon(): void {
    changeDoc(abandoned);
  },
  /** Whether one is under way. */
  active: () => useStore.getState().doc.live !== null,
};

/**
 * Takes the last step back: of one clip, of some, or of all. A gesture under way is abandoned instead.
 * Returns the label of what was undone, or null when there is nothing to undo, or when it was
 * changed elsewhere since and `doc.clash` asks first.
 */
export const undo = (scope?: Scope) => turn("undo", scope);

/** Makes the last undone step again, as `undo` takes it back. */
export const redo = (scope?: Scope) => turn("redo", scope);

function turn(kind: "undo" | "redo", scope?: Scope, force = false): string | null {
  const { doc } = useStore.getState();
  if (doc.live !== null) {
    changeDoc(abandoned);
    return doc.live.label;
  }
  const step = nextStep(doc, kind, scope);
  void saving(() => changeDoc((now) => turned(now, freshStepId(), kind, scope, force)));
  const asked = useStore.getState().doc.clash !== null;
  return step === undefined || asked ? null : step.label;
}

/** Settles the clash that `doc.clash` asks about. */
export function settleClash(answer: "mine" | "theirs"): void {
  const { clash } = useStore.getState().doc;
  if (clash === null) return;
  if (clash.kind === "save" || answer === "theirs") changeDoc((doc) => answered(doc, answer));
  else turn(clash.kind, clash.clipId, true);
  saveAll();
}

let opened: Promise<void> | null = null;

/**
 * Brings back the history and the unsaved edits of earlier pages, and writes this page's down
 * from now on. Call it once the session is open; a second call does nothing.
 */
export function openHistory(): Promise<void> {
  opened ??= start();
  return opened;
}

async function start(): Promise<void> {
  useStore.subscribe((now, before) => {
    if (now.doc !== before.doc) follow(before.doc, now.doc);
    if (now.server.link === "open" && before.server.link !== "open") saveAll();
  });
  try {
    await open(({ steps, ops }) => {
      changeDoc((doc) => restored(doc, steps, ops));
      saveAll();
    });
  } catch {
    // This browser keeps nothing: edits are still saved, only undo ends with the page.
  }
}
