import { backoff } from "./backoff";
import { type LiveEvent, parseEvent } from "./events";

export interface SocketHooks {
  /** The last event taken in, asked for at every (re)connection. */
  since: () => number | null;
  onEvent: (event: LiveEvent) => void;
  onOpen: () => void;
  /** The connection is gone; it is tried again by itself. */
  onLost: () => void;
}

export interface LiveSocket {
  /** Tries again at once instead of at the end of the wait. */
  retry: () => void;
  close: () => void;
}

function address(since: number | null): string {
  const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
  const query = since === null ? "" : `?since=${since}`;
  return `${scheme}//${window.location.host}/ws${query}`;
}

/**
 * Keeps one WebSocket to the server open until it is closed, reconnecting with backoff.
 *
 * A browser does not say why a handshake was refused: `onLost` must find out for itself whether
 * the session has ended.
 */
export function keepOpen(hooks: SocketHooks): LiveSocket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let closed = false;

  function connect(): void {
    clearTimeout(timer);
    const mine = new WebSocket(address(hooks.since()));
    socket = mine;
    mine.onmessage = (message: MessageEvent<unknown>) => {
      if (typeof message.data !== "string") return;
      const event = parseEvent(message.data);
      if (event === null) return;
      // Only a greeting proves that the server took us; an accepted socket may close at once.
      if (event.type === "HELLO") {
        attempt = 0;
        hooks.onOpen();
      }
      hooks.onEvent(event);
    };
    mine.onclose = () => {
      if (closed || socket !== mine) return;
      socket = null;
      hooks.onLost();
      timer = setTimeout(connect, backoff(attempt, Math.random()));
      attempt += 1;
    };
  }

  function retry(): void {
    if (closed || socket !== null) return;
    attempt = 0;
    connect();
  }

  // A laptop that wakes up, or a network that returns, should not sit out a long wait.
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", retry);
  connect();

  return {
    retry,
    close() {
      closed = true;
      clearTimeout(timer);
      window.removeEventListener("online", retry);
      document.removeEventListener("visibilitychange", retry);
      socket?.close();
    },
  };
}
