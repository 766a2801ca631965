import { useMemo } from "react";
import { hrefTo, type Route } from "../route/route";
import { isActive } from "../store/server";
import { changeUi, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Find, Mark, Theme } from "../ui/icons";
import { keyWords } from "../ui/keyboard";
import { chooseTheme, nextTheme, THEME_WORDS, useTheme } from "../ui/theme";
import { Connection } from "./Connection";

const PAGES = [
  ["library", "Library"],
  ["jobs", "Work"],
  ["exports", "Exports"],
] as const;

/** The bar over every page, with `onSkip` to go past it: where one is, the state of the connection, the palette, the theme. */
export function Topbar({ route, onSkip }: { route: Route; onSkip: () => void }) {
  const jobs = useStore((store) => store.server.jobs);
  const arriving = useStore(
    (store) =>
      store.ui.transfers.filter((one) => ["waiting", "sending", "importing"].includes(one.state))
        .length,
  );
  const theme = useTheme();
  const busy = useMemo(() => {
    const active = Object.values(jobs).filter(isActive);
    const exporting = active.filter((job) => job.type === "export").length;
    return { library: arriving, jobs: active.length, exports: exporting };
  }, [arriving, jobs]);
  const ThemeIcon = Theme[theme];
  const current = "projectId" in route ? "library" : route.page;

  return (
    <header className="topbar">
      <a
        className="skip"
        href={hrefTo(route)}
        onClick={(event) => {
          event.preventDefault();
          onSkip();
        }}
      >
        Skip to the page
      </a>
      <a className="brand" href={hrefTo({ page: "library" })} aria-label="FORGE, all projects">
        <Mark />
        <span>FORGE</span>
      </a>
      <nav className="pages" aria-label="Pages">
        {PAGES.map(([page, words]) => (
          <a
            key={page}
            href={hrefTo({ page })}
            aria-current={route.page === page ? "page" : current === page ? "true" : undefined}
            data-testid={`nav-${page}`}
          >
            {words}
            {busy[page] > 0 && (
              <span className="pages-count tabular">
                {busy[page]}
                <span className="visually-hidden"> under way</span>
              </span>
            )}
          </a>
        ))}
      </nav>
      <span className="topbar-space" />
      <Connection />
      <Button
        tone="quiet"
        className="topbar-find"
        data-testid="open-palette"
        title={`Find (${keyWords("Ctrl+K")})`}
        onClick={() => changeUi((ui) => ({ ...ui, paletteOpen: true }))}
      >
        <Find />
        <span className="visually-hidden">Find a project, a moment or an action </span>
        <kbd>{keyWords("Ctrl+K")}</kbd>
      </Button>
      <Button
        tone="quiet"
        onClick={() => chooseTheme(nextTheme(theme))}
        title={`Theme: ${THEME_WORDS[theme]}`}
        aria-label={`Theme: ${THEME_WORDS[theme]}. Change it`}
      >
        <ThemeIcon />
      </Button>
      <Button
        tone="quiet"
        className="topbar-keys"
        aria-label="Keys"
        title="All keys (?)"
        onClick={() => changeUi((ui) => ({ ...ui, helpOpen: true }))}
      >
        ?
      </Button>
    </header>
  );
}
