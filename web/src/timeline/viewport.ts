import { fitted, length, panned, revealing, shortestView, type View, zoomed } from "./scale";

/**
 * What of a recording the timeline shows, as one place that both of its strips read. It lives
 * outside React: a wheel turns sixty times a second, and only the canvases have to follow.
 */
export class Viewport {
  #view: View;
  readonly #shortest: number;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly duration: number,
    fps: number,
  ) {
    this.#view = { start: 0, end: duration };
    this.#shortest = shortestView(fps);
  }

  get view(): View {
    return this.#view;
  }

  readonly getView = (): View => this.#view;

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  zoom(factor: number, around: number): void {
    this.#set(zoomed(this.#view, around, factor, this.duration, this.#shortest));
  }

  pan(seconds: number): void {
    this.#set(panned(this.#view, seconds, this.duration));
  }

  show(view: View): void {
    this.#set(fitted(view, this.duration, this.#shortest));
  }

  showAll(): void {
    this.#set({ start: 0, end: this.duration });
  }

  /** Turns the page when `time` is out of sight. */
  follow(time: number): void {
    this.#set(revealing(this.#view, time, this.duration));
  }

  /** Brings a stretch into sight at the same zoom, or at one at which the whole of it is. */
  reveal(start: number, end: number): void {
    const { view } = this;
    if (start >= view.start && end <= view.end) return;
    const size = Math.max(length(view), (end - start) * 1.5);
    const middle = (start + end) / 2;
    this.show({ start: middle - size / 2, end: middle + size / 2 });
  }

  #set(view: View): void {
    if (view.start === this.#view.start && view.end === this.#view.end) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
