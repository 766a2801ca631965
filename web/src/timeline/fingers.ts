/** What two fingers do to a strip between two of their moves. */
export interface Pinch {
  /** How much longer the stretch in sight becomes: below 1, it is zoomed in. Always finite. */
  factor: number;
  /** Where the middle between them was, in pixels from the left: zoom around it, then go along. */
  middle: number;
  /** How far that middle has gone, in pixels. */
  moved: number;
}

/** Fingers count as no nearer to each other than this, in pixels: a factor must not run away. */
const NEAREST = 20;

/**
 * The pointers on a strip, by where they are, in pixels from its left. The first two that are
 * down pinch; what others do counts for nothing.
 */
export class Fingers {
  readonly #places = new Map<number, number>();
  #pinched = false;

  get count(): number {
    return this.#places.size;
  }

  /** Whether two have been down since the first came: what is left of them does not point. */
  get pinched(): boolean {
    return this.#pinched;
  }

  /** Where a pointer was when last seen; undefined when it is not down. */
  at(pointer: number): number | undefined {
    return this.#places.get(pointer);
  }

  down(pointer: number, x: number): void {
    if (this.#places.size === 0) this.#pinched = false;
    this.#places.set(pointer, x);
    if (this.#places.size === 2) this.#pinched = true;
  }

  /** Moves a pointer that is down. Returns what that does, or null when it is no pinch. */
  move(pointer: number, x: number): Pinch | null {
    if (!this.#places.has(pointer)) return null;
    const before = [...this.#places.values()];
    this.#places.set(pointer, x);
    const [one, two] = [...this.#places.values()];
    const [old, older] = before;
    if (one === undefined || two === undefined) return null;
    if (old === undefined || older === undefined) return null;
    return {
      factor: apart(old, older) / apart(one, two),
      middle: (old + older) / 2,
      moved: (one + two - old - older) / 2,
    };
  }

  /** Takes a pointer off. Returns whether it was down. */
  lift(pointer: number): boolean {
    return this.#places.delete(pointer);
  }

  clear(): void {
    this.#places.clear();
    this.#pinched = false;
  }
}

const apart = (one: number, two: number) => Math.max(NEAREST, Math.abs(one - two));
