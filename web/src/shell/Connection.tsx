import { useEffect, useState } from "react";
import { useWebSocket } from "../live/useWebSocket";
import { Button } from "../ui/Button";

const WORDS = { connecting: "Connecting…", open: "Live", lost: "Reconnecting…" } as const;

/** How long a lost connection is nothing to speak of, in milliseconds: a restart takes as long. */
const PATIENCE = 5_000;

/** The state of the live connection: a dot and a word. */
export function Connection() {
  const { status } = useWebSocket();
  return (
    <span className={`link link-${status}`} data-testid="live" data-status={status}>
      <span className="link-dot" aria-hidden="true" />
      <span className="link-words" role="status">
        {WORDS[status]}
      </span>
    </span>
  );
}

/** A line over the page once the connection is away for longer; nothing before. */
export function Away() {
  const { retry, status } = useWebSocket();
  const [long, setLong] = useState(false);
  const lost = status === "lost";
  useEffect(() => {
    setLong(false);
    if (!lost) return;
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!lost || !long) return null;
  return (
    <div className="away" role="status" data-testid="away">
      <p>
        FORGE does not answer. What you see may be out of date; nothing that was saved is lost.{" "}
        <span className="muted">
          Check that <code>forge run</code> is still running.
        </span>
      </p>
      <Button onClick={retry}>Try now</Button>
    </div>
  );
}
