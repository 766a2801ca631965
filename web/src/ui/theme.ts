export type Theme = "auto" | "dark" | "light";

const KEY = "forge.theme";
const ORDER: Theme[] = ["auto", "dark", "light"];

/** The theme after `theme` on the switch. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? "auto";
}

/** The theme that was chosen on this browser. Private windows may refuse storage: then "auto". */
export function storedTheme(): Theme {
  try {
    const stored = window.localStorage.getItem(KEY);
    return ORDER.find((theme) => theme === stored) ?? "auto";
  } catch {
    return "auto";
  }
}

/** Shows a theme, and keeps it for the next visit where the browser lets us. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // Shown for this visit only.
  }
}
