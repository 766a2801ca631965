/** The colours that the canvases draw with: canvases know no CSS variables. */
export interface Inks {
  ground: string;
  plate: string;
  line: string;
  ink: string;
  soft: string;
  ember: string;
  emberText: string;
  good: string;
  body: string;
}

let known: Inks | null = null;
const listeners = new Set<() => void>();

function read(): Inks {
  // A property's own value is its source text: `light-dark(…)`. What is drawn with it is a colour.
  const probe = document.body.appendChild(document.createElement("span"));
  const style = getComputedStyle(probe);
  const of = (name: string) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const found = {
    ground: of("--ground"),
    plate: of("--plate"),
    line: of("--line"),
    ink: of("--ink"),
    soft: of("--ink-soft"),
    ember: of("--ember"),
    emberText: of("--ember-text"),
    good: of("--good"),
    body: style.getPropertyValue("--body").trim(),
  };
  probe.remove();
  return found;
}

/** The theme's colours; read again only when the theme has changed. */
export function inks(): Inks {
  known ??= read();
  return known;
}

function forget(): void {
  known = null;
  for (const listener of listeners) listener();
}

let watching = false;

/** Calls `listener` when the theme changes. Returns how to stop it. */
export function onInks(listener: () => void): () => void {
  if (!watching) {
    watching = true;
    new MutationObserver(forget).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
    window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", forget);
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The hue of the speaker with this place, in the order in which people first speak. Neighbours
 * lie far from each other on the circle, and none is the ember's own orange.
 */
export function speakerColour(place: number): string {
  const hues = [250, 150, 330, 205, 100, 290, 20, 175];
  return `oklch(0.68 0.12 ${hues[place % hues.length]})`;
}
