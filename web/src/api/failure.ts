/** Why a request failed: what happened, and what to do about it, in words for a person. */
export class Failure extends Error {
  constructor(
    /** The HTTP status, or 0 when there was no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
    /** The `error` object as it came, for codes that carry more (`duplicate_source`). */
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "Failure";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Reads an error answer. A body that is not FORGE's (a proxy's page, say) still gets words. */
export function failureFrom(status: number, body: unknown): Failure {
  const outer = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const inner = outer["error"];
  if (typeof inner === "object" && inner !== null) {
    const error = inner as Record<string, unknown>;
    const message = text(error["message"]) || `The server refused the request (${status}).`;
    return new Failure(
      status,
      text(error["code"]) || "unknown",
      message,
      text(error["hint"]),
      error,
    );
  }
  return new Failure(status, "unknown", `The server answered with status ${status}.`, "");
}

/** The failure for a request that got no answer. */
export function unreachable(): Failure {
  return new Failure(
    0,
    "unreachable",
    "FORGE does not answer.",
    "Check that `forge run` is still running, then try again.",
  );
}

/** Whether a request got no answer: the same one may get one later. */
export function noAnswer(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === "unreachable";
}

/** Any thrown thing as a failure, so that every handler has words to show. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure(0, "unexpected", "The studio ran into a problem of its own.", String(thrown));
}

/** Which way in is left to someone whom the server refused (401): its link, or a password. */
export function wayIn(failure: Failure): "link" | "password" {
  const asked = failure.code === "password_needed" || failure.code === "wrong_password";
  return asked ? "password" : "link";
}

/** The project that already holds the same recording, when that is why an import was refused. */
export function duplicateOf(failure: Failure): string | null {
  if (failure.code !== "duplicate_source") return null;
  const detail = failure.body["detail"];
  const nested =
    typeof detail === "object" && detail !== null
      ? (detail as Record<string, unknown>)["project_id"]
      : null;
  return text(failure.body["project_id"]) || text(nested) || null;
}
