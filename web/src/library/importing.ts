import {
  addRecording,
  createDemo,
  createProject,
  type Imported,
  type ImportRequest,
} from "../api/client";
import { asFailure, duplicateOf, Failure } from "../api/failure";
import { UNDO_TIME } from "../live/acting";
import { withJob, withProject } from "../store/server";
import { announce, changeServer, changeUi, dismiss, freshId, useStore } from "../store/store";
import { type Transfer, withoutTransfer, withTransfer } from "../store/ui";
import { pairUp } from "./pairing";
import { rateOf, type Sample, sampled } from "./rate";
import { interrupted, type Sending, sendFile } from "./uploading";

/** Uploads that run side by side; more would only share the same disk and line. */
const AT_ONCE = 2;

/** What a transfer is made of, which the page does not show. */
interface Parcel {
  file?: File;
  /** Its chat download, until that was sent. */
  chat?: File | undefined;
  /** What is being sent now: the chat first, then the recording. */
  sending?: Sending | undefined;
  /** What was sent already. */
  sent: Pick<Sending, "discard" | "settle">[];
  chatUploadId: string | null;
  request?: ImportRequest;
}

const parcels = new Map<number, Parcel>();

function change(id: number, fields: Partial<Transfer>): void {
  changeUi((ui) => withTransfer(ui, id, fields));
}

function add(parcel: Parcel, fields: Pick<Transfer, "name" | "kind"> & Partial<Transfer>): number {
  const transfer: Transfer = {
    id: freshId(),
    state: "waiting",
    sent: 0,
    size: 0,
    rate: null,
    stalled: false,
    error: null,
    chat: parcel.chat?.name ?? null,
    into: useStore.getState().ui.addingTo,
    projectId: null,
    ...fields,
  };
  parcels.set(transfer.id, parcel);
  changeUi((ui) => ({ ...ui, transfers: [...ui.transfers, transfer] }));
  return transfer.id;
}

function find(id: number): Transfer | undefined {
  return useStore.getState().ui.transfers.find((one) => one.id === id);
}

function fail(id: number, thrown: unknown): void {
  const { message, hint } = asFailure(thrown);
  change(id, { state: "failed", stalled: false, error: { message, hint } });
  startWaiting();
}

/** Starts uploading recordings that were dropped or chosen, each with its chat, a few at a time. */
export function importFiles(chosen: Iterable<File>): void {
  const { pairs, strays } = pairUp(chosen);
  for (const { video, chat } of pairs) {
    const into = takeOver(video);
    const parcel: Parcel = { file: video, chat: chat ?? undefined, sent: [], chatUploadId: null };
    const id = add(parcel, { name: video.name, kind: "upload", size: video.size, into });
    if (video.size === 0) {
      const message = "This file is empty, or it is a folder.";
      fail(id, new Failure(0, "empty_file", message, "Drop a video file."));
    }
  }
  for (const chat of strays) {
    const id = add({ sent: [], chatUploadId: null }, { name: chat.name, kind: "upload" });
    const message = "This looks like a chat download, and no recording came with it.";
    fail(id, new Failure(0, "stray_chat", message, "Drop it together with its recording."));
  }
  startWaiting();
}

/**
 * Where a file goes: into the project that is being added to, if any. One that goes on with an
 * interrupted upload takes its place in the list, and goes where that went.
 */
function takeOver(file: File): string | null {
  const { addingTo, transfers } = useStore.getState().ui;
  const same = transfers.filter(
    ({ name, size, state }) => state === "interrupted" && name === file.name && size === file.size,
  );
  for (const { id } of same) remove(id);
  const [first] = same;
  return first === undefined ? addingTo : first.into;
}

/** Shows what an earlier visit began; what is all there is imported at once. */
export async function findInterrupted(): Promise<void> {
  for (const one of await interrupted()) {
    const { name, size, sent, uploadId, chatUploadId, into, discard, settle } = one;
    const parcel: Parcel = { sent: [{ discard, settle }], chatUploadId };
    const id = add(parcel, { name, kind: "upload", state: "interrupted", size, sent, into });
    if (sent === size) void submit(id, requestFor(parcel, uploadId));
  }
}

function startWaiting(): void {
  const { transfers } = useStore.getState().ui;
  const busy = transfers.filter((one) => one.state === "sending").length;
  const waiting = transfers.filter((one) => one.state === "waiting");
  for (const transfer of waiting.slice(0, Math.max(0, AT_ONCE - busy))) send(transfer.id);
}

/** Sends what comes next of a transfer, or goes on with what was paused. */
function send(id: number): void {
  const parcel = parcels.get(id);
  const file = parcel?.chat ?? parcel?.file;
  if (parcel === undefined || file === undefined) return;
  change(id, { state: "sending", error: null, rate: null, stalled: false });
  if (parcel.sending !== undefined) {
    parcel.sending.resume();
    return;
  }
  let samples: Sample[] = [];
  const isChat = file === parcel.chat;
  const hooks = {
    onProgress(sent: number, size: number) {
      samples = sampled(samples, { at: performance.now(), sent });
      if (!isChat) change(id, { sent, size, rate: rateOf(samples), stalled: false });
    },
    onStall() {
      samples = [];
      change(id, { rate: null, stalled: true });
    },
    onDone(uploadId: string) {
      if (parcel.sending !== undefined) parcel.sent.push(parcel.sending);
      parcel.sending = undefined;
      if (isChat) {
        parcel.chat = undefined;
        parcel.chatUploadId = uploadId;
        send(id);
      } else {
        void submit(id, requestFor(parcel, uploadId));
        startWaiting();
      }
    },
    onFail(thrown: unknown) {
      parcel.sending = undefined;
      fail(id, thrown);
    },
  };
  const into = find(id)?.into ?? null;
  const goesWith = {
    ...(parcel.chatUploadId === null ? {} : { chat: parcel.chatUploadId }),
    ...(into === null ? {} : { project: into }),
  };
  sendFile(file, hooks, goesWith).then(
    (sending) => {
      parcel.sending = sending;
      // It may have been paused or cancelled while the start was still being prepared.
      if (find(id)?.state !== "sending") sending.pause();
    },
    (thrown: unknown) => fail(id, thrown),
  );
}

function requestFor(parcel: Parcel, uploadId: string): ImportRequest {
  const { chatUploadId } = parcel;
  return chatUploadId === null
    ? { upload_id: uploadId }
    : { upload_id: uploadId, chat_upload_id: chatUploadId };
}

/** Imports a recording that lies on the server's machine. Resolves to whether it was taken. */
export async function importPath(path: string, chat: string): Promise<boolean> {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  const id = add({ sent: [], chatUploadId: null }, { name, kind: "path", state: "importing" });
  return submit(id, chat === "" ? { path } : { path, chat });
}

/** Has FORGE make a recording to try it with. Resolves when it is in, or was refused. */
export async function importDemo(): Promise<void> {
  const parcel: Parcel = { sent: [], chatUploadId: null };
  const id = add(parcel, { name: "The demo", kind: "demo", state: "importing", into: null });
  await take(id, parcel, createDemo());
}

async function submit(id: number, request: ImportRequest, force = false): Promise<boolean> {
  const parcel = parcels.get(id);
  if (parcel === undefined) return false;
  parcel.request = request;
  change(id, { state: "importing", error: null });
  const into = find(id)?.into ?? null;
  const answer = into === null ? createProject(request, force) : addRecording(into, request, force);
  return take(id, parcel, answer);
}

/** Takes in what an import has made, or shows why it was refused; whether it was taken. */
async function take(id: number, parcel: Parcel, answer: Promise<Imported>): Promise<boolean> {
  try {
    const made = await answer;
    changeServer((server) => made.jobs.reduce(withJob, withProject(server, made.project)));
    const { into, name } = find(id) ?? { into: null };
    announce(
      into === null
        ? `“${made.project.title}” is in. FORGE is at work on it.`
        : `“${name}” is in “${made.project.title}” now. FORGE is at work on it.`,
    );
    for (const one of parcel.sent) void one.settle();
    remove(id);
    return true;
  } catch (thrown) {
    const projectId = duplicateOf(asFailure(thrown));
    if (projectId === null) fail(id, thrown);
    else change(id, { state: "duplicate", projectId });
    return false;
  }
}

/** Imports the same recording a second time, after being told that it is one. */
export function importAnyway(id: number): void {
  const request = parcels.get(id)?.request;
  if (request !== undefined) void submit(id, request, true);
}

/** Whether a transfer that failed can be tried again as it is. */
export function canTryAgain(id: number): boolean {
  const parcel = parcels.get(id);
  return parcel?.request !== undefined || (parcel?.file?.size ?? 0) > 0;
}

/** Tries a failed transfer again: an upload goes on where it stopped. */
export function tryAgain(id: number): void {
  const request = parcels.get(id)?.request;
  if (request !== undefined) void submit(id, request);
  else goOn(id);
}

export function pause(id: number): void {
  change(id, { state: "paused", rate: null, stalled: false });
  parcels.get(id)?.sending?.pause();
  startWaiting();
}

/** Puts a paused or failed upload back in line. */
export function goOn(id: number): void {
  change(id, { state: "waiting", error: null });
  startWaiting();
}

function remove(id: number): void {
  parcels.delete(id);
  changeUi((ui) => withoutTransfer(ui, id));
  startWaiting();
}

/**
 * Takes a transfer off the page. What the server has of an upload goes with it, unless that is
 * undone in time; a page that closes before then keeps it, to go on with later.
 */
export function cancel(id: number): void {
  const transfer = find(id);
  const parcel = parcels.get(id);
  if (transfer === undefined || parcel === undefined) return;
  const { sending, sent } = parcel;
  if (transfer.state === "sending") pause(id);
  remove(id);
  if (sending === undefined && sent.length === 0) return;
  const timer = setTimeout(() => {
    dismiss(notice);
    for (const one of [...sent, ...(sending === undefined ? [] : [sending])]) void one.discard();
  }, UNDO_TIME);
  const notice = announce(`The upload of “${transfer.name}” is cancelled.`, "", {
    label: "Undo",
    run: () => {
      clearTimeout(timer);
      parcels.set(id, parcel);
      const state = transfer.state === "sending" ? "waiting" : transfer.state;
      changeUi((ui) => ({ ...ui, transfers: [...ui.transfers, { ...transfer, state }] }));
      startWaiting();
    },
  });
}
