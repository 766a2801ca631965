import { Upload } from "tus-js-client";
import { failureFrom, unreachable } from "../api/failure";

export interface UploadHooks {
  onProgress: (sent: number, size: number) => void;
  /** The connection is away; the upload goes on by itself when it is back. */
  onStall: () => void;
  onDone: (uploadId: string) => void;
  onFail: (thrown: unknown) => void;
}

/** One request's worth of bytes: what a lost connection costs at the very most to send again. */
const CHUNK = 64 * 1024 * 1024;

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

/**
 * Sends a file by tus, going on where an earlier try of the same file left off, and trying again
 * by itself while the connection is away. Returns the way to cancel, which also tells the server
 * to forget what it has.
 */
export async function sendFile(file: File, hooks: UploadHooks): Promise<() => void> {
  const upload = new Upload(file, {
    endpoint: "/api/uploads",
    chunkSize: CHUNK,
    retryDelays: [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000],
    onShouldRetry: (error) => {
      const again = worthRetrying(error.originalResponse?.getStatus() ?? 0);
      if (again) hooks.onStall();
      return again;
    },
    removeFingerprintOnSuccess: true,
    headers: { "X-Forge": "1" },
    metadata: { filename: file.name },
    onProgress: (sent, size) => hooks.onProgress(sent, size ?? file.size),
    onSuccess: () => hooks.onDone(uploadIdOf(upload.url ?? "")),
    onError: (error) => hooks.onFail(reasonOf(error)),
  });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
  upload.start();
  return () => {
    // An upload that the server has forgotten already is as cancelled as can be.
    upload.abort(true).catch(() => {});
  };
}
