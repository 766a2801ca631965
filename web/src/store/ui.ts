export interface Notice {
  id: number;
  tone: "info" | "bad";
  text: string;
  hint: string;
}

export type TransferState = "waiting" | "sending" | "importing" | "done" | "failed" | "duplicate";

/** One recording on its way into FORGE, by upload or by path. */
export interface Transfer {
  id: number;
  name: string;
  kind: "upload" | "path";
  state: TransferState;
  sent: number;
  size: number;
  /** Bytes a second, once there is enough to tell. */
  rate: number | null;
  /** Whether the connection is away and the upload waits to go on. */
  stalled: boolean;
  error: { message: string; hint: string } | null;
  /** The project this made, or for `duplicate` the one that holds the same recording. */
  projectId: string | null;
}

/** What this page shows and does, which nobody else needs to know and a reload may lose. */
export interface UiState {
  helpOpen: boolean;
  notices: Notice[];
  transfers: Transfer[];
}

export const emptyUi: UiState = { helpOpen: false, notices: [], transfers: [] };

/** Adds a notice, unless the same words are on show already. */
export function withNotice(ui: UiState, notice: Notice): UiState {
  if (ui.notices.some((one) => one.text === notice.text && one.hint === notice.hint)) return ui;
  return { ...ui, notices: [...ui.notices.slice(-3), notice] };
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
