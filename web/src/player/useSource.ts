import { useEffect, useState } from "react";
import type { StepRow, Vod } from "../api/types";
import { readMaster } from "./playlist";
import { growingSupport, playerSource, type Source } from "./source";

/** Milliseconds between looks for the sound of a preview that has its first picture. */
const LOOK = 1_000;

/**
 * What a page plays of a recording. A preview that is still being built has its first picture
 * before its first sound, and a player that was given the one alone would never ask for the other.
 */
export function useSource(vod: Vod, step: StepRow | undefined): Source | null {
  const [growing] = useState(growingSupport);
  const source = playerSource(vod, step, growing);
  const waits = source !== null && source.kind !== "file" && vod.has_audio !== false;
  const heard = useSound(waits ? source.url : null);
  return waits && !heard ? null : source;
}

/** Whether a growing preview has its sound by now; looks again and again until it has. */
function useSound(url: string | null): boolean {
  const [heard, setHeard] = useState<string | null>(null);
  useEffect(() => {
    if (url === null || heard === url) return;
    const { href } = new URL(url, window.location.href);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    async function look(): Promise<void> {
      const answer = await fetch(href, { credentials: "same-origin" }).catch(() => null);
      const text = answer?.ok ? await answer.text().catch(() => "") : "";
      if (gone) return;
      if (readMaster(text, href)?.sound != null) setHeard(url);
      else timer = setTimeout(() => void look(), LOOK);
    }
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [url, heard]);
  return url !== null && heard === url;
}
