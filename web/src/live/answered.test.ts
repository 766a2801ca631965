/** Rules: the clock is all that is replaced; who asks counts how often. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure, unreachable } from "../api/failure";
import { untilAnswered } from "./answered";

describe("asking until there is an answer", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("goes on over silence, and says so", async () => {
    let silent = 3;
    const ask = vi.fn(async () => {
      silent -= 1;
      if (silent >= 0) throw unreachable();
      return "words";
    });
    const onSilence = vi.fn();
    const answer = untilAnswered(ask, { onSilence });
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(answer).resolves.toBe("words");
    expect(ask).toHaveBeenCalledTimes(4);
    expect(onSilence).toHaveBeenCalledTimes(3);
  });

  it("takes no for an answer", async () => {
    const ask = vi.fn(async () => {
      throw new Failure(404, "not_found", "No.", "");
    });
    await expect(untilAnswered(ask)).rejects.toThrow("No.");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledOnce();
  });

  it("asks no more when nobody wants it any more", async () => {
    const abort = new AbortController();
    const ask = vi.fn(async () => {
      throw unreachable();
    });
    const settled = vi.fn();
    untilAnswered(ask, { signal: abort.signal }).then(settled, settled);
    await vi.advanceTimersByTimeAsync(1_000);
    abort.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledOnce();
    expect(settled).not.toHaveBeenCalled();
  });
});
