import { useEffect } from "react";
import { getSystem } from "../api/client";
import { hrefTo } from "../route/route";
import { changeServer, useStore } from "../store/store";
import { bytes } from "../ui/format";
import { Disk, Warning } from "../ui/icons";
import { diskState } from "./disk";

/** How often the disk is looked at while the library is in sight, in milliseconds. */
const PERIOD = 30_000;

/** Keeps what is known of the disk fresh. It is a background thing: its failures say nothing. */
function useFreshSystem(): void {
  useEffect(() => {
    const ask = () =>
      getSystem().then(
        (system) => changeServer((server) => ({ ...server, system })),
        () => {},
      );
    void ask();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void ask();
    }, PERIOD);
    return () => clearInterval(timer);
  }, []);
}

/** A warning above the library, while there is little room left; nothing otherwise. */
export function DiskWarning() {
  useFreshSystem();
  const system = useStore((store) => store.server.system);
  if (system === null) return null;
  const { advice, title, tone, words } = diskState(system.disk);
  if (tone === "fine") return null;
  return (
    <div
      className={`callout callout-${tone === "full" ? "bad" : "warm"} disk-warning`}
      role="status"
      data-testid="disk-warning"
    >
      <Warning />
      <p>
        <strong>{title}</strong> {words} <span className="muted">{advice}</span>
      </p>
      <a className="button button-plain" href={hrefTo({ page: "exports" })}>
        See all exports
      </a>
    </div>
  );
}

/** The foot of the library: the room on the disk, and the model that writes down the words. */
export function DiskUse() {
  const system = useStore((store) => store.server.system);
  if (system === null) return null;
  const { kinds, share, tone, words } = diskState(system.disk);
  return (
    <footer className="disk" data-testid="disk">
      <Disk />
      <div className="disk-words">
        <p>{words}</p>
        {/* The words above say the same. */}
        <div className={`disk-bar disk-bar-${tone}`} aria-hidden="true">
          <span style={{ width: `${Math.max(1, share)}%` }} />
        </div>
        {kinds.length > 0 && (
          <p className="muted tabular">
            {kinds.map(([kind, size]) => `${kind} ${bytes(size)}`).join(" · ")}
          </p>
        )}
      </div>
      <p className="muted disk-model">
        {system.model === "auto"
          ? "The speech model is the best that suits this machine."
          : `Speech model: ${system.model}`}
        <br />
        {system.diarization
          ? "Speakers are told apart."
          : `Speakers are not told apart: ${system.diarization_reason}.`}
      </p>
    </footer>
  );
}
