import { defaultOptions, Upload } from "tus-js-client";
import { failureFrom, unreachable } from "../api/failure";

export interface UploadHooks {
  onProgress: (sent: number, size: number) => void;
  /** The connection is away; the upload goes on by itself when it is back. */
  onStall: () => void;
  onDone: (uploadId: string) => void;
  onFail: (thrown: unknown) => void;
}

/** An upload under way. */
export interface Sending {
  /** Stops sending; what the server has stays there. */
  pause: () => void;
  /** Goes on where the server says that it left off. */
  resume: () => void;
  /** Makes this browser and the server forget it. */
  discard: () => Promise<void>;
  /** Makes this browser forget it: its recording has been imported. */
  settle: () => Promise<void>;
}

/** An upload that an earlier visit began and did not see imported. */
export interface Interrupted {
  name: string;
  size: number;
  sent: number;
  uploadId: string;
  /** The upload of its chat download, which was sent first. */
  chatUploadId: string | null;
  /** The project that it goes into; null where it makes one of its own. */
  into: string | null;
  discard: () => Promise<void>;
  settle: () => Promise<void>;
}

/** One request's worth of bytes: what a lost connection costs at the very most to send again. */
const CHUNK = 64 * 1024 * 1024;
const HEADERS = { "X-Forge": "1" };
const { urlStorage } = defaultOptions;

/** The id that the server gave an upload: the last part of its URL's path. */
export function uploadIdOf(url: string): string {
  const path = new URL(url, "http://localhost").pathname;
  return decodeURIComponent(path.split("/").filter(Boolean).at(-1) ?? "");
}

/**
 * Whether a failed request may succeed later: no answer (0), a server in trouble, or an offset
 * that has to be asked for again. The library's own rule gives up at once while the browser calls
 * itself offline, but a server on this very machine needs no network.
 */
export function worthRetrying(status: number): boolean {
  return status === 0 || status >= 500 || status === 409 || status === 423;
}

/** The words in a tus failure: the server's own where it gave some. */
function reasonOf(thrown: unknown): unknown {
  const response = (thrown as { originalResponse?: unknown }).originalResponse;
  if (typeof response !== "object" || response === null) return unreachable();
  const { getBody, getStatus } = response as { getBody(): string; getStatus(): number };
  let body: unknown = null;
  try {
    body = JSON.parse(getBody.call(response));
  } catch {
    // Not JSON, so not FORGE's words: the status has to do.
  }
  return failureFrom(getStatus.call(response), body);
}

/** Sends a small file that nothing needs to remember; resolves to the upload's id. */
export function sendOnce(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: "/api/uploads",
      chunkSize: CHUNK,
      retryDelays: [0, 1_000, 3_000],
      storeFingerprintForResuming: false,
      headers: HEADERS,
      metadata: { filename: file.name },
      onSuccess: () => resolve(uploadIdOf(upload.url ?? "")),
      onError: (error) => reject(reasonOf(error)),
    });
    upload.start();
  });
}

/** Takes an upload out of this browser's memory. */
async function forget(url: string): Promise<void> {
  for (const one of await urlStorage.findAllUploads()) {
    if (one.uploadUrl === url) await urlStorage.removeUpload(one.urlStorageKey);
  }
}

async function discard(url: string): Promise<void> {
  await forget(url);
  // One that the server has forgotten, or made a recording of, is as discarded as can be.
  await Upload.terminate(url, { headers: HEADERS }).catch(() => {});
}

/** The uploads that this tab is at, or has on its list. */
const mine = new Set<string>();

/** The lock that says to other tabs that this one is at an upload, where browsers have locks. */
const lockOf = (url: string) => `forge-upload ${url}`;

/**
 * Sends a file by tus, going on where an earlier try of the same file left off, and trying again
 * by itself while the connection is away. `goesWith` is kept with it, so that a later visit still
 * knows which chat belongs to it, and into which project it goes.
 *
 * What was sent is remembered in this browser until `settle` or `discard`: a page that closes in
 * between finds it again (`interrupted`).
 */
export async function sendFile(
  file: File,
  hooks: UploadHooks,
  goesWith: { chat?: string; project?: string },
): Promise<Sending> {
  let unlock = () => {};
  const release = () => {
    mine.delete(upload.url ?? "");
    unlock();
  };
  const upload = new Upload(file, {
    endpoint: "/api/uploads",
    chunkSize: CHUNK,
    retryDelays: [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000],
    onShouldRetry: (error) => {
      const again = worthRetrying(error.originalResponse?.getStatus() ?? 0);
      if (again) hooks.onStall();
      return again;
    },
    removeFingerprintOnSuccess: false,
    headers: HEADERS,
    metadata: { filename: file.name, ...goesWith },
    // Before it is remembered: who finds it there finds the lock, too.
    onUploadUrlAvailable: () => {
      unlock();
      mine.add(upload.url ?? "");
      const held = new Promise<void>((resolve) => {
        unlock = resolve;
      });
      void navigator.locks?.request(lockOf(upload.url ?? ""), () => held);
    },
    onProgress: (sent, size) => hooks.onProgress(sent, size ?? file.size),
    onSuccess: () => hooks.onDone(uploadIdOf(upload.url ?? "")),
    onError: (error) => hooks.onFail(reasonOf(error)),
  });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
  upload.start();
  return {
    pause: () => void upload.abort(),
    resume: () => upload.start(),
    async discard() {
      await upload.abort();
      if (upload.url !== null) await discard(upload.url);
      release();
    },
    async settle() {
      if (upload.url !== null) await forget(upload.url);
      release();
    },
  };
}

/** How much of an upload the server has; null when it knows nothing of it any more. */
async function offsetOf(url: string): Promise<number | null> {
  const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw failureFrom(answer.status, null);
  return Number(answer.headers.get("Upload-Offset") ?? 0);
}

/**
 * The uploads that an earlier visit began and that no open tab is at, each told once. Those that the server has
 * forgotten are forgotten here, too.
 */
export async function interrupted(): Promise<Interrupted[]> {
  const before = await urlStorage.findAllUploads();
  const locks = await navigator.locks?.query();
  const busy = new Set(locks?.held?.map((lock) => lock.name));
  // What was let go of before the locks were looked at is not remembered any more by now.
  const after = new Set((await urlStorage.findAllUploads()).map((one) => one.urlStorageKey));
  const chats = new Set(before.map((one) => one.metadata["chat"]));
  const found: Interrupted[] = [];
  for (const { metadata, size, uploadUrl: url, urlStorageKey } of before) {
    if (url === null || size === null || !after.has(urlStorageKey)) continue;
    if (mine.has(url) || busy.has(lockOf(url))) continue;
    if (chats.has(uploadIdOf(url))) continue; // It comes with its recording.
    const sent = await offsetOf(url);
    if (sent === null) {
      await forget(url);
      continue;
    }
    mine.add(url);
    found.push({
      name: metadata["filename"] ?? "A recording",
      size,
      sent,
      uploadId: uploadIdOf(url),
      chatUploadId: metadata["chat"] ?? null,
      into: metadata["project"] ?? null,
      async discard() {
        await discard(url);
        mine.delete(url);
      },
      async settle() {
        await forget(url);
        mine.delete(url);
      },
    });
  }
  return found;
}
