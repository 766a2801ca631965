import { createStore, entries, promisifyRequest, type UseStore } from "idb-keyval";
import type { DocState, Op, Step } from "./doc";

/**
 * The history and the unsaved edits, kept in this browser (IndexedDB) so that neither a reload
 * nor a killed tab loses them. Each page writes under a name of its own, and holds a lock of that
 * name while it lives: what lies under a name that nobody holds belonged to a page that is gone,
 * and the next page takes it over. So two tabs never send the same edit.
 *
 * Where the browser keeps nothing (some private windows), or has no locks (a page that came over
 * plain HTTP from another machine), a page works without what it cannot have: then only a reload
 * of the same tab finds its edits again, or not even that.
 */
export interface Kept {
  steps: Step[];
  ops: Op[];
}

type Row = [string, Step | Op];

const TAB = "forge.tab";
/** What was done longer ago than this is not undone any more, in milliseconds: ninety days. */
const OLD = 90 * 86_400_000;
let store: UseStore | null = null;
let tab = "";
/** All writes so far. */
let writing: Promise<unknown> = Promise.resolve();

/** Resolves when everything that was to be written is written. Never rejects. */
export const written = () => writing;

/**
 * Writes and removes rows, both or neither. Writes happen in the order of the calls, and each is
 * committed without waiting for the ones before it, or for the answer to its own requests: what
 * the browser was told is kept, even if this page is killed before it hears so.
 */
function write(rows: readonly Row[], gone: readonly IDBValidKey[]): void {
  const done = store?.("readwrite", (into) => {
    for (const [key, value] of rows) into.put(value, key);
    for (const key of gone) into.delete(key);
    into.transaction.commit();
    return promisifyRequest(into.transaction);
  });
  writing = Promise.allSettled([writing, done]);
}

const stepKey = (step: Step) => `${tab}/step/${step.id}`;
const opKey = (op: Op) => `${tab}/op/${op.id}/${op.clipId}`;

/** Writes down what has changed between two states of the document. */
export function follow(before: DocState, after: DocState): void {
  if (before.steps === after.steps && before.unsaved === after.unsaved) return;
  const old = new Map(rowsOf(before));
  const rows = rowsOf(after);
  const changed = rows.filter(([key, value]) => old.get(key) !== value);
  for (const [key] of rows) old.delete(key);
  if (changed.length > 0 || old.size > 0) write(changed, [...old.keys()]);
}

function rowsOf(doc: DocState): Row[] {
  return [
    ...doc.steps.map((step): Row => [stepKey(step), step]),
    ...Object.values(doc.unsaved)
      .flat()
      .map((op): Row => [opKey(op), op]),
  ];
}

/**
 * Opens the journal. `take` is called with what earlier pages left, now or as soon as the page
 * that holds it is gone, and must bring it into the document; it is this page's from then on.
 */
export async function open(take: (kept: Kept) => void): Promise<void> {
  const mine = sessionStorage.getItem(TAB);
  tab = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  sessionStorage.setItem(TAB, tab);
  store = createStore("forge", "journal");
  void hold(tab, ONCE, () => undefined);
  const rows = await entries<string, Step | Op>(store);
  const names = new Set(rows.map(([key]) => key.slice(0, key.indexOf("/"))));
  names.delete(tab);
  const wanted = [...names].filter((name) => navigator.locks !== undefined || name === mine);
  await Promise.all(
    wanted.map((name) => hold(name, name === mine ? TRIES : ONCE, () => adopt(name, take))),
  );
}

/** Tries for this tab's earlier name, in milliseconds: the page before may be just letting go. */
const TRIES = [0, 100, 200, 300, 500, 1000, 2000];
const ONCE = [0];
/** After that it is another page's. Whether that is gone is looked up so often, in milliseconds. */
const LOOK = 10_000;
/** A page that is reloaded lets go for a moment, and comes back for its own. */
const GRACE = 3_000;

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
const lockOf = (name: string) => `forge-journal-${name}`;

/**
 * Holds a name until this page is gone. Resolves when it is held, or is another page's for now.
 * Only a name of this tab's own is tried for again soon: another page may be about to reload.
 */
async function hold(
  name: string,
  tries: readonly number[],
  held: () => Promise<void> | void,
): Promise<void> {
  if (navigator.locks === undefined) return held();
  for (const wait of tries) {
    if (wait > 0) await pause(wait);
    if (await tryHold(name, held)) return;
  }
  void watch(name, held);
}

function tryHold(name: string, held: () => Promise<void> | void): Promise<boolean> {
  const forEver = new Promise<never>(() => undefined);
  return new Promise((resolve) => {
    void navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
      if (lock === null) return resolve(false);
      await held();
      resolve(true);
      return forEver;
    });
  });
}

/** Takes a name over when the page that holds it has been gone for a while. */
async function watch(name: string, held: () => Promise<void> | void): Promise<void> {
  const isFree = async () =>
    !(await navigator.locks.query()).held?.some((lock) => lock.name === lockOf(name));
  for (;;) {
    await pause(LOOK);
    if (!(await isFree())) continue;
    await pause(GRACE);
    if ((await isFree()) && (await tryHold(name, held))) return;
  }
}

/** Takes over what lies under a name. Nothing of it goes before it is written under the own one. */
async function adopt(name: string, take: (kept: Kept) => void): Promise<void> {
  if (store === null) return;
  const all = await entries<string, Step | Op>(store);
  const rows = all.filter(([key]) => key.startsWith(`${name}/`));
  const isStep = (row: Row): row is [string, Step] => row[0].startsWith(`${name}/step/`);
  const isOp = (row: Row): row is [string, Op] => row[0].startsWith(`${name}/op/`);
  // A step's name begins with its time, as `history.ts` writes it.
  const oldest = (Date.now() - OLD).toString(36).padStart(9, "0");
  const steps = rows.filter(isStep).map(([, step]) => step);
  take({
    steps: steps.filter((step) => step.id >= oldest),
    ops: rows.filter(isOp).map(([, op]) => op),
  });
  write(
    [],
    rows.map(([key]) => key),
  );
}
