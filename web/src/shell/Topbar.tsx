import { useState } from "react";
import { useWebSocket } from "../live/useWebSocket";
import { hrefTo, type Route } from "../route/route";
import { changeUi, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Back, Mark, Theme } from "../ui/icons";
import { applyTheme, nextTheme, storedTheme } from "../ui/theme";

const LINK_WORDS = {
  connecting: "Connecting…",
  open: "Live",
  lost: "Connection lost, trying again…",
} as const;

/** The bar over every page: the way home, the state of the connection, the theme, the keys. */
export function Topbar({ route }: { route: Route }) {
  const live = useWebSocket();
  const system = useStore((store) => store.server.system);
  const [theme, setTheme] = useState(storedTheme);

  const ThemeIcon = Theme[theme];

  function turn(): void {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  }

  return (
    <header className="topbar">
      <a className="brand" href={hrefTo({ page: "library" })} aria-label="FORGE, all projects">
        {route.page === "project" && <Back />}
        <Mark />
        <span>FORGE</span>
      </a>
      {system !== null && (
        <span className="topbar-model muted" title="The speech model in use">
          {system.model}
        </span>
      )}
      <span className="topbar-space" />
      <button
        type="button"
        className={`link link-${live.status}`}
        data-testid="live"
        data-status={live.status}
        disabled={live.status !== "lost"}
        onClick={live.retry}
      >
        <span className="link-dot" aria-hidden="true" />
        <span role="status">{LINK_WORDS[live.status]}</span>
      </button>
      <Button
        tone="quiet"
        onClick={turn}
        title={`Theme: ${theme}`}
        aria-label={`Theme: ${theme}. Change it`}
      >
        <ThemeIcon />
      </Button>
      <Button
        tone="quiet"
        aria-label="Keys"
        onClick={() => changeUi((ui) => ({ ...ui, helpOpen: true }))}
      >
        ?
      </Button>
    </header>
  );
}
