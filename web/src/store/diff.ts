import type { Clip, ClipEdit } from "../api/types";

/**
 * One thing about a clip that changed: what it was and what it became. A value that is not there
 * is `undefined`.
 *
 * `key` names the thing: a field ("title"), a field of the captions ("captions/style"), or one
 * member of a list by what makes it that member ("zones/facecam", "captions/words/12"). A patch
 * that counts places in a list would hit the wrong member once somebody else's edit has moved
 * them; a key still finds it, so edits of different members merge.
 */
export interface Change {
  key: string;
  before?: unknown;
  after?: unknown;
}

type Fields = Record<string, unknown>;

/** The fields that a person can change, as `ClipEdit` names them. */
const FIELDS = [
  ...(["title", "state", "start", "end", "layout", "pip"] as const),
  ...(["zones", "cuts", "keyframes", "captions"] as const),
];

interface List {
  keyOf: (member: Fields) => string;
  /** Where members belong that have to be put back. */
  order: (member: Fields) => number;
}

const number = (value: unknown) => (typeof value === "number" ? value : 0);

/** Lists whose members are told apart by themselves, and not by their place. */
const LISTS: Record<string, List> = {
  zones: {
    keyOf: (zone) => String(zone["kind"]),
    order: (zone) => (zone["kind"] === "facecam" ? 0 : 1),
  },
  cuts: {
    keyOf: (cut) => `${String(cut["start"])}-${String(cut["end"])}`,
    order: (cut) => number(cut["start"]),
  },
  keyframes: { keyOf: (frame) => String(frame["at"]), order: (frame) => number(frame["at"]) },
  "captions/words": {
    keyOf: (word) => String(word["index"]),
    order: (word) => number(word["index"]),
  },
};

/** Fields that are themselves made of fields. */
const GROUPS = new Set(["captions", "captions/colours"]);

/** Whether two JSON values are equal, whatever the order of their fields. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Fields, b as Fields];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

/** What turns `before` into `after`. Parts that are the same object are not looked into. */
export function diff(before: Clip, after: Clip): Change[] {
  const changes: Change[] = [];
  if (before === after) return changes;
  for (const field of FIELDS) {
    compare(field, (before as Fields)[field], (after as Fields)[field], changes);
  }
  return changes;
}

function compare(key: string, before: unknown, after: unknown, changes: Change[]): void {
  if (before === after) return;
  const [old, young] = [membersOf(key, before), membersOf(key, after)];
  if (old !== null && young !== null) {
    for (const name of new Set([...old.keys(), ...young.keys()])) {
      compare(`${key}/${name}`, old.get(name), young.get(name), changes);
    }
  } else if (!same(before, after)) {
    changes.push({ key, before, after });
  }
}

function membersOf(key: string, value: unknown): Map<string, unknown> | null {
  const list = LISTS[key];
  if (list !== undefined && Array.isArray(value)) {
    return new Map((value as Fields[]).map((member) => [list.keyOf(member), member]));
  }
  if (GROUPS.has(key) && typeof value === "object" && value !== null) {
    return new Map(Object.entries(value));
  }
  return null;
}

/** The field, the group or the list that holds what `key` names, and its name in there. */
function split(key: string): { home: string; name: string } {
  const holder = [...Object.keys(LISTS), ...GROUPS]
    .filter((one) => key.startsWith(`${one}/`))
    .sort((a, b) => b.length - a.length)[0];
  return holder === undefined
    ? { home: "", name: key }
    : { home: holder, name: key.slice(holder.length + 1) };
}

/** What a clip has under a key, or `undefined`. */
export function read(clip: Clip, key: string): unknown {
  const { home, name } = split(key);
  if (home === "") return (clip as Fields)[name];
  return membersOf(home, read(clip, home))?.get(name);
}

function write(clip: Clip, key: string, value: unknown): Clip {
  const { home, name } = split(key);
  if (home === "") return withField(clip as Fields, name, value) as Clip;
  const list = LISTS[home];
  const holder = read(clip, home);
  const next =
    list === undefined
      ? withField((holder ?? {}) as Fields, name, value)
      : withMember((holder ?? []) as Fields[], list, name, value as Fields | undefined);
  return write(clip, home, next);
}

function withField(fields: Fields, name: string, value: unknown): Fields {
  const { [name]: _old, ...rest } = fields;
  return value === undefined ? rest : { ...fields, [name]: value };
}

function withMember(members: Fields[], list: List, name: string, value: Fields | undefined) {
  if (value === undefined) return members.filter((member) => list.keyOf(member) !== name);
  if (members.some((member) => list.keyOf(member) === name)) {
    return members.map((member) => (list.keyOf(member) === name ? value : member));
  }
  const later = members.findIndex((member) => list.order(member) > list.order(value));
  const place = later < 0 ? members.length : later;
  return [...members.slice(0, place), value, ...members.slice(place)];
}

export interface Merged {
  clip: Clip;
  /** Changes that were not made, because there is something else than what they started from. */
  clashes: Change[];
}

/**
 * Makes changes on a clip that may have changed elsewhere since. What is already as wanted is no
 * clash; with `force`, changes win over whatever they meet.
 */
export function merge(clip: Clip, changes: readonly Change[], force = false): Merged {
  let next = clip;
  const clashes: Change[] = [];
  for (const change of changes) {
    const now = read(next, change.key);
    if (same(now, change.after)) continue;
    if (force || same(now, change.before)) next = write(next, change.key, change.after);
    else clashes.push(change);
  }
  return { clip: next, clashes };
}

export function inverse(changes: readonly Change[]): Change[] {
  return changes.map(({ key, before, after }) => ({ key, before: after, after: before }));
}

/** The one change per key that several make after each other; those that end where they began go. */
export function composed(changes: readonly Change[]): Change[] {
  const net = new Map<string, Change>();
  for (const change of changes) {
    const before = net.get(change.key)?.before;
    net.set(change.key, net.has(change.key) ? { ...change, before } : change);
  }
  return [...net.values()].filter((change) => !same(change.before, change.after));
}

/** The request that makes a clip `after` out of `before`: whole fields, as the server takes them. */
export function editBetween(before: Clip, after: Clip): ClipEdit {
  const names = FIELDS.filter((field) => {
    const [old, young] = [(before as Fields)[field], (after as Fields)[field]];
    return old !== young && !same(old, young);
  });
  return Object.fromEntries(names.map((field) => [field, (after as Fields)[field]]));
}
