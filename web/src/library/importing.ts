import { createProject, type ImportRequest } from "../api/client";
import { asFailure, duplicateOf, Failure } from "../api/failure";
import { withJob, withProject } from "../store/server";
import { announce, changeServer, changeUi, freshId, useStore } from "../store/store";
import { type Transfer, withoutTransfer, withTransfer } from "../store/ui";
import { rateOf, type Sample, sampled } from "./rate";
import { sendFile } from "./uploading";

/** Uploads that run side by side; more would only share the same disk and line. */
const AT_ONCE = 2;

const files = new Map<number, File>();
const requests = new Map<number, ImportRequest>();
const cancels = new Map<number, () => void>();

function change(id: number, fields: Partial<Transfer>): void {
  changeUi((ui) => withTransfer(ui, id, fields));
}

function add(name: string, kind: Transfer["kind"], state: Transfer["state"], size: number): number {
  const transfer: Transfer = {
    id: freshId(),
    name,
    kind,
    state,
    sent: 0,
    size,
    rate: null,
    stalled: false,
    error: null,
    projectId: null,
  };
  changeUi((ui) => ({ ...ui, transfers: [...ui.transfers, transfer] }));
  return transfer.id;
}

function find(id: number): Transfer | undefined {
  return useStore.getState().ui.transfers.find((one) => one.id === id);
}

function fail(id: number, thrown: unknown): void {
  const { message, hint } = asFailure(thrown);
  change(id, { state: "failed", error: { message, hint } });
}

/** Starts uploading recordings that were dropped or chosen, a few at a time. */
export function importFiles(chosen: Iterable<File>): void {
  for (const file of chosen) {
    const id = add(file.name, "upload", "waiting", file.size);
    if (file.size === 0) {
      fail(
        id,
        new Failure(
          0,
          "empty_file",
          "This file is empty, or it is a folder.",
          "Drop a video file.",
        ),
      );
      continue;
    }
    files.set(id, file);
  }
  startWaiting();
}

function startWaiting(): void {
  const { transfers } = useStore.getState().ui;
  const busy = transfers.filter((one) => one.state === "sending").length;
  const waiting = transfers.filter((one) => one.state === "waiting" && files.has(one.id));
  for (const transfer of waiting.slice(0, Math.max(0, AT_ONCE - busy))) void send(transfer.id);
}

async function send(id: number): Promise<void> {
  const file = files.get(id);
  if (file === undefined) return;
  let samples: Sample[] = [];
  change(id, { state: "sending", error: null });
  const stop = await sendFile(file, {
    onProgress(sent, size) {
      samples = sampled(samples, { at: performance.now(), sent });
      change(id, { sent, size, rate: rateOf(samples), stalled: false });
    },
    onStall() {
      samples = [];
      change(id, { rate: null, stalled: true });
    },
    onDone(uploadId) {
      cancels.delete(id);
      void submit(id, { upload_id: uploadId });
      startWaiting();
    },
    onFail(thrown) {
      cancels.delete(id);
      fail(id, thrown);
      startWaiting();
    },
  }).catch((thrown: unknown) => fail(id, thrown));
  if (stop === undefined) return;
  // It may have been cancelled while the start was still being prepared.
  if (find(id) === undefined) stop();
  else cancels.set(id, stop);
}

/** Imports a recording that lies on the server's machine. Resolves to whether it was taken. */
export async function importPath(path: string, chat: string): Promise<boolean> {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  const id = add(name, "path", "importing", 0);
  return submit(id, chat === "" ? { path } : { path, chat });
}

async function submit(id: number, request: ImportRequest, force = false): Promise<boolean> {
  requests.set(id, request);
  change(id, { state: "importing", error: null });
  try {
    const made = await createProject(request, force);
    changeServer((server) => made.jobs.reduce(withJob, withProject(server, made.project)));
    announce(`“${made.project.title}” is in. FORGE is at work on it.`);
    clear(id);
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
  const request = requests.get(id);
  if (request !== undefined) void submit(id, request, true);
}

/** Tries a failed transfer again: an upload goes on where it stopped. */
export function tryAgain(id: number): void {
  const request = requests.get(id);
  if (request !== undefined) {
    void submit(id, request);
  } else if (files.has(id)) {
    change(id, { state: "waiting", error: null });
    startWaiting();
  }
}

/** Stops a transfer and takes it off the page. */
export function clear(id: number): void {
  cancels.get(id)?.();
  cancels.delete(id);
  files.delete(id);
  requests.delete(id);
  changeUi((ui) => withoutTransfer(ui, id));
  startWaiting();
}
