import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { hasSession } from "../api/client";
import { changeServer, useStore } from "../store/store";
import { reduce } from "./reduce";
import { refetch } from "./refetch";
import { keepOpen, type LiveSocket } from "./socket";
import { LiveContext } from "./useWebSocket";

/**
 * Keeps the store's `server` part up to date for as long as it is mounted. Mount it once, and
 * only with an open session.
 */
export function WebSocketProvider({ children }: { children: ReactNode }) {
  const status = useStore((store) => store.server.link);
  const socket = useRef<LiveSocket | null>(null);

  useEffect(() => {
    const mine = keepOpen({
      since: () => useStore.getState().server.seq,
      onOpen: () => changeServer((server) => ({ ...server, link: "open" })),
      onLost: () => {
        changeServer((server) => ({ ...server, link: "lost" }));
        // The answer itself is of no use; a 401 closes the session in the store.
        hasSession().catch(() => false);
      },
      onEvent: (event) => {
        const { server, effects } = reduce(useStore.getState().server, event);
        useStore.setState({ server });
        refetch(effects);
      },
    });
    socket.current = mine;
    return () => mine.close();
  }, []);

  const live = useMemo(() => ({ status, retry: () => socket.current?.retry() }), [status]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
