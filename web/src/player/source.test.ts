/** Rules: recordings and steps are plain values; what is asked is what the player would load. */
import { expect, it } from "vitest";
import { aStep, aVod } from "../testing/samples";
import { playerSource } from "./source";

it("plays the preview, or what exists of it, or nothing yet", () => {
  const making = aVod({ duration: 3600 });
  const made = aVod({ artifacts: { "proxy.mp4": "0".repeat(32) } });
  const at = (progress: number) => aStep({ status: "processing", progress });
  expect(playerSource(making, undefined, "playlist")).toBeNull();
  expect(playerSource(making, at(0.2), "playlist")).toBeNull(); // 7 s: perhaps no part is whole.
  const url = "/media/v1/preview.m3u8";
  expect(playerSource(making, at(0.3), "playlist")).toEqual({ kind: "playlist", url });
  expect(playerSource(making, at(0.3), "parts")).toEqual({ kind: "parts", url });
  expect(playerSource(making, at(50), "never")).toBeNull();
  const short = aVod({ duration: 45 }); // Made in one part.
  expect(playerSource(short, at(90), "parts")).toBeNull();
  expect(playerSource(making, aStep({ status: "failed", progress: 50 }), "parts")).toBeNull();
  // The whole preview takes the place of the part, wherever that was played.
  const whole = { kind: "file", url: "/media/v1/proxy.mp4" };
  expect(playerSource(made, at(99), "parts")).toEqual(whole);
});
