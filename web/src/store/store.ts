import { create } from "zustand";
import { asFailure } from "../api/failure";
import { type DocState, emptyDoc } from "./doc";
import { emptyServer, type ServerState } from "./server";
import { emptyUi, type Notice, type UiState, withNotice } from "./ui";

/** The whole state of the studio, in the three parts that have different owners. */
export interface Store {
  /** A person's work, with its history; changed by `history.ts` and by the server's answers. */
  doc: DocState;
  /** This page's own state. */
  ui: UiState;
  /** The server's state, as last told. */
  server: ServerState;
}

export const useStore = create<Store>()(() => ({
  doc: emptyDoc,
  ui: emptyUi,
  server: emptyServer,
}));

export function changeDoc(step: (doc: DocState) => DocState): void {
  useStore.setState((store) => ({ doc: step(store.doc) }));
}

export function changeUi(step: (ui: UiState) => UiState): void {
  useStore.setState((store) => ({ ui: step(store.ui) }));
}

export function changeServer(step: (server: ServerState) => ServerState): void {
  useStore.setState((store) => ({ server: step(store.server) }));
}

let lastId = 0;

/** A number that this page has not used yet. */
export function freshId(): number {
  lastId += 1;
  return lastId;
}

/**
 * Tells a person something. Good news goes by itself after a while; with an `action` it stays
 * until the caller takes it off with `dismiss`. Returns the notice's number.
 */
export function announce(text: string, hint = "", action?: Notice["action"]): number {
  const id = freshId();
  const notice: Notice = { id, tone: "info", text, hint };
  changeUi((ui) => withNotice(ui, action === undefined ? notice : { ...notice, action }));
  return id;
}

/** Tells a person that something went wrong. A lost session has a page of its own. */
export function complain(thrown: unknown): void {
  const failure = asFailure(thrown);
  if (failure.status === 401) return;
  const { message: text, hint } = failure;
  changeUi((ui) => withNotice(ui, { id: freshId(), tone: "bad", text, hint }));
}

export function dismiss(id: number): void {
  changeUi((ui) => ({ ...ui, notices: ui.notices.filter((notice) => notice.id !== id) }));
}
