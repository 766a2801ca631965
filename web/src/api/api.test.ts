/** Rules: `fetch` is the one thing replaced, by a function that records what was asked of it. */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createProject,
  deleteProject,
  hasSession,
  listJobs,
  openSession,
  patchClip,
  signIn,
  startAnalysis,
  whenUnauthorized,
} from "./client";
import { asFailure, duplicateOf, Failure, failureFrom, wayIn } from "./failure";
import { tokenFrom, tokenIn } from "./session";

interface Asked {
  path: string;
  init: RequestInit;
}

function serve(status: number, body: unknown): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  whenUnauthorized(() => {});
});

describe("requests", () => {
  it("mark what changes something, and only that", async () => {
    const asked = serve(200, { jobs: [], project: {}, vod: {} });
    await listJobs("a/b");
    await createProject({ path: "/x.mkv" }, true);
    expect(asked.map((one) => [one.init.method, one.path])).toEqual([
      ["GET", "/api/jobs?project_id=a%2Fb"],
      ["POST", "/api/projects?force=true"],
    ]);
    expect(asked[0]?.init.headers).not.toHaveProperty("X-Forge");
    expect(asked[1]?.init.headers).toMatchObject({
      "X-Forge": "1",
      "Content-Type": "application/json",
    });
    expect(asked[1]?.init.body).toBe('{"path":"/x.mkv"}');
  });

  it("name the spoken language of an analysis only where someone chose one", async () => {
    const asked = serve(201, { job: {} });
    await startAnalysis("p", "v");
    await startAnalysis("p", "v", "de");
    const payloads = asked.map(({ init }) => JSON.parse(String(init.body)).payload);
    expect(payloads).toEqual([{ vod_id: "v" }, { vod_id: "v", language: "de" }]);
  });

  it("send the token as a header, never in an address", async () => {
    const asked = serve(204, null);
    await openSession("secret");
    expect(asked[0]?.path).toBe("/api/session");
    expect(asked[0]?.init.headers).toMatchObject({ Authorization: "Bearer secret" });
  });

  it("send the password in the body, and say which way in is left", async () => {
    const asked = serve(401, { error: { code: "wrong_password", message: "No.", hint: "" } });
    const ways: string[] = [];
    whenUnauthorized((failure) => ways.push(wayIn(failure)));
    await expect(signIn("guess")).rejects.toMatchObject({ code: "wrong_password" });
    expect(asked[0]?.init.body).toBe('{"password":"guess"}');
    expect(asked[0]?.init.headers).toMatchObject({ "X-Forge": "1" });
    serve(401, { error: { code: "password_needed", message: "Sign in.", hint: "" } });
    expect(await hasSession()).toBe(false);
    serve(401, { error: { code: "unauthorized", message: "No.", hint: "" } });
    expect(await hasSession()).toBe(false);
    expect(ways).toEqual(["password", "password", "link"]);
  });

  it("name the revision that an edit was made on", async () => {
    const asked = serve(200, { id: "c1", rev: 5 });
    expect(await patchClip("c1", 4, { state: "kept" })).toEqual({ id: "c1", rev: 5 });
    expect(asked[0]?.init.headers).toMatchObject({ "If-Match": "4" });
  });

  it("fail with the server's words", async () => {
    serve(422, {
      error: { code: "not_a_file", message: "This is a folder.", hint: "Name a file." },
    });
    await expect(createProject({ path: "/" })).rejects.toMatchObject({
      status: 422,
      code: "not_a_file",
      message: "This is a folder.",
      hint: "Name a file.",
    });
  });

  it("tell when the session is over", async () => {
    serve(401, { error: { code: "unauthorized", message: "No." } });
    const over = vi.fn();
    whenUnauthorized(over);
    await expect(deleteProject("p")).rejects.toBeInstanceOf(Failure);
    expect(over).toHaveBeenCalledOnce();
  });

  it("have words when nobody answers", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    await expect(listJobs()).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });
});

describe("failures", () => {
  it("have words for answers that are not FORGE's", () => {
    for (const body of [null, "<html>", [], { error: "text" }, { error: { message: 3 } }]) {
      const failure = failureFrom(502, body);
      expect(failure.message).toContain("502");
      expect(failure.code).toBe("unknown");
    }
  });

  it("keep what they are, and wrap what is none", () => {
    const failure = failureFrom(404, null);
    expect(asFailure(failure)).toBe(failure);
    expect(asFailure("boom")).toMatchObject({ code: "unexpected", hint: "boom" });
  });

  it("name the project that has the same recording", () => {
    const flat = { error: { code: "duplicate_source", message: "m", project_id: "p7" } };
    const nested = {
      error: { code: "duplicate_source", message: "m", detail: { project_id: "p8" } },
    };
    expect(duplicateOf(failureFrom(409, flat))).toBe("p7");
    expect(duplicateOf(failureFrom(409, nested))).toBe("p8");
    expect(
      duplicateOf(failureFrom(409, { error: { code: "stale", project_id: "p7" } })),
    ).toBeNull();
  });
});

describe("tokens", () => {
  it("are read from a start link's fragment", () => {
    expect(tokenIn("#token=abc")).toBe("abc");
    expect(tokenIn("#/token=abc")).toBe("abc");
    expect(tokenIn("#/projects/token")).toBeNull();
    expect(tokenIn("#token=")).toBeNull();
    expect(tokenIn("")).toBeNull();
  });

  it("are found in whatever was pasted", () => {
    expect(tokenFrom("  abc\n")).toBe("abc");
    expect(tokenFrom("http://127.0.0.1:8484/#token=abc")).toBe("abc");
    expect(tokenFrom("#token=abc")).toBe("abc");
  });
});
