export interface Notice {
  id: number;
  tone: "info" | "bad";
  text: string;
  hint: string;
  /** The one thing to do about it, like "Undo". Such a notice stays until whoever made it ends it. */
  action?: { label: string; run: () => void };
}

export type TransferState =
  | "waiting"
  | "sending"
  | "paused"
  | "importing"
  | "failed"
  | "duplicate"
  /** Begun before this page was loaded: its file has to be chosen again to go on. */
  | "interrupted";

/** One recording on its way into FORGE, by upload or by path. */
export interface Transfer {
  id: number;
  name: string;
  kind: "upload" | "path" | "demo";
  state: TransferState;
  sent: number;
  size: number;
  /** Bytes a second, once there is enough to tell. */
  rate: number | null;
  /** Whether the connection is away and the upload waits to go on. */
  stalled: boolean;
  error: { message: string; hint: string } | null;
  /** The name of the chat download that goes with it. */
  chat: string | null;
  /** The project that it goes into; null where it makes one of its own. */
  into: string | null;
  /** The project this made, or for `duplicate` the one that holds the same recording. */
  projectId: string | null;
}

/** What this page shows and does, which nobody else needs to know and a reload may lose. */
export interface UiState {
  helpOpen: boolean;
  paletteOpen: boolean;
  notices: Notice[];
  transfers: Transfer[];
  /** Projects and jobs that are out of sight and will be deleted unless it is undone. */
  deleting: string[];
  /** The clips that the export dialog is open for; null while it is closed. */
  exporting: string[] | null;
  /** The project that takes what is imported now; null where each recording makes its own. */
  addingTo: string | null;
}

export const emptyUi: UiState = {
  helpOpen: false,
  paletteOpen: false,
  notices: [],
  transfers: [],
  deleting: [],
  exporting: null,
  addingTo: null,
};

/**
 * Adds a notice, unless the same words are on show already. The last four stay; one that offers to
 * undo something is added and stays in any case, because the offer would be lost with it.
 */
export function withNotice(ui: UiState, notice: Notice): UiState {
  const said = ui.notices.some((one) => one.text === notice.text && one.hint === notice.hint);
  if (said && notice.action === undefined) return ui;
  const recent = new Set(ui.notices.filter((one) => one.action === undefined).slice(-3));
  const kept = ui.notices.filter((one) => one.action !== undefined || recent.has(one));
  return { ...ui, notices: [...kept, notice] };
}

export function withTransfer(ui: UiState, id: number, change: Partial<Transfer>): UiState {
  return {
    ...ui,
    transfers: ui.transfers.map((one) => (one.id === id ? { ...one, ...change } : one)),
  };
}

export function withoutTransfer(ui: UiState, id: number): UiState {
  return { ...ui, transfers: ui.transfers.filter((one) => one.id !== id) };
}
