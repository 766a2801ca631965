import { useSyncExternalStore } from "react";

export type Theme = "auto" | "dark" | "light";

const KEY = "forge.theme";
const ORDER: Theme[] = ["auto", "dark", "light"];

export const THEME_WORDS: Record<Theme, string> = {
  auto: "as the system does",
  dark: "dark",
  light: "light",
};

const readers = new Set<() => void>();

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

/** The theme on show. */
function shown(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "dark" || theme === "light" ? theme : "auto";
}

/** Shows a theme. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  for (const reader of readers) reader();
}

/** Shows a theme, and keeps it for the next visit where the browser lets us. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme);
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // Shown for this visit only.
  }
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

/** The theme on show, whoever changes it. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shown);
}
