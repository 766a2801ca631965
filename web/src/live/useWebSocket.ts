import { createContext, use } from "react";
import type { Link } from "../store/server";

export interface Live {
  status: Link;
  /** Tries a lost connection again at once. */
  retry: () => void;
}

export const LiveContext = createContext<Live | null>(null);

/** The state of the live connection. Works only inside a `WebSocketProvider`. */
export function useWebSocket(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("useWebSocket needs a WebSocketProvider above it");
  return live;
}
