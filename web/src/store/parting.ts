import type { Change } from "./diff";
import type { Step } from "./doc";

/**
 * A step may change several clips, and each of them goes on by itself. When a step is taken back
 * from one clip's page, something that was done to another of its clips since may stand on it.
 * Then the step is parted: what stands under something else stays where it is.
 *
 * So, of everything that ever happened to one field, the steps that are done are always the first.
 */
export interface Parted {
  /** The history, with the step in one piece or in two at the same place. */
  steps: Step[];
  /** What can be undone (or redone) of the step. */
  step: Step;
}

const within = (key: string, other: string) => key === other || key.startsWith(`${other}/`);

const meet = (some: readonly Change[] = [], others: readonly Change[] = []) =>
  some.some((a) => others.some((b) => within(a.key, b.key) || within(b.key, a.key)));

/**
 * Parts a step of `steps`. When all of it stands under something else, it stays whole, and undoing
 * it is for a person to decide.
 */
export function parted(steps: readonly Step[], step: Step, kind: "undo" | "redo"): Parted {
  const place = steps.indexOf(step);
  const above =
    kind === "undo"
      ? steps.slice(place + 1).filter((one) => !one.undone)
      : steps.slice(0, place).filter((one) => one.undone);
  const ids = Object.keys(step.diffs);
  const under = ids.filter((id) => above.some((one) => meet(one.diffs[id], step.diffs[id])));
  const free = ids.filter((id) => !under.includes(id));
  if (under.length === 0 || free.length === 0) return { steps: [...steps], step };
  // It is no longer what was done on the page it was done on.
  const { home: _home, ...rest } = step;
  const stays = { ...rest, diffs: only(step, under) };
  // Steps are kept by their names, in whose order they were done: this one comes right behind.
  const turns = { ...step, id: `${step.id}.${free[0]}`, diffs: only(step, free) };
  return { steps: steps.flatMap((one) => (one === step ? [stays, turns] : [one])), step: turns };
}

const only = ({ diffs }: Step, ids: readonly string[]) =>
  Object.fromEntries(Object.entries(diffs).filter(([id]) => ids.includes(id)));
