/** Rules: `fetch` and the clock are all that is replaced; what is served is a real peaks file. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Peaks } from "./peaks";

/** audiowaveform's binary form, version 2: one channel of 8 bits, one pair a second. */
function peaksFile(pairs: readonly (readonly [number, number])[]): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(24 + 2 * pairs.length));
  for (const [place, value] of [2, 1, 16_000, 16_000, pairs.length, 1].entries()) {
    data.setInt32(4 * place, value, true);
  }
  for (const [place, [low, high]] of pairs.entries()) {
    data.setInt8(24 + 2 * place, low);
    data.setInt8(25 + 2 * place, high);
  }
  return data.buffer;
}

function drawn(peaks: Peaks): number[] | null {
  const [lows, highs] = [new Int8Array(3), new Int8Array(3)];
  return peaks.fill({ start: 0, end: 3 }, lows, highs) ? [...lows, ...highs] : null;
}

describe("a waveform", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("comes by itself after an answer that did not come", async () => {
    let away = true;
    vi.stubGlobal("fetch", async () => {
      if (away) throw new TypeError("Failed to fetch");
      const file = peaksFile([
        [-5, 10],
        [-50, 100],
        [-1, 1],
      ]);
      return new Response(file);
    });
    const onLoad = vi.fn();
    const peaks = new Peaks("v1", onLoad);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(drawn(peaks)).toBeNull();
    away = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onLoad).toHaveBeenCalledOnce();
    expect(drawn(peaks)).toEqual([-5, -50, -1, 10, 100, 1]);
    expect(peaks.loudest).toBe(100);
  });

  it("is asked for once where there is none, however often it is drawn", async () => {
    const fetch = vi.fn(async () => Response.json({ error: {} }, { status: 404 }));
    vi.stubGlobal("fetch", fetch);
    const peaks = new Peaks("v1", () => {});
    for (let count = 0; count < 5; count++) {
      drawn(peaks);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(fetch).toHaveBeenCalledOnce();
  });
});
