import { useEffect, useState } from "react";
import type { Transcript } from "../api/artifacts";
import { complain } from "../store/store";
import { Button } from "../ui/Button";
import { Cross, Hammer } from "../ui/icons";
import { isTyping } from "../ui/keyboard";
import { ends, type Selection, selectedText, titleFor } from "./words";

/** A clip begins and ends a breath away from its words, in seconds. */
const BREATH = 0.15;

interface Props {
  transcript: Transcript;
  selection: Selection;
  spaced: boolean;
  onClip: (start: number, end: number, title: string) => void;
  onDrop: () => void;
}

/** What can be done with the selected words. */
export function SelectionBar({ transcript, selection, spaced, onClip, onDrop }: Props) {
  const { words, segments } = transcript;
  const [first, last] = ends(selection);
  const start = words[first]?.start ?? 0;
  const end = words[last]?.end ?? start;
  const [copied, setCopied] = useState(false);
  const count = last - first + 1;

  useEffect(() => {
    function copy(event: ClipboardEvent): void {
      if (isTyping(event.target)) return;
      const text = selectedText(words, segments, selection, spaced);
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      setCopied(true);
    }
    function key(event: KeyboardEvent): void {
      if (event.key === "Escape" && !isTyping(event.target)) onDrop();
    }
    setCopied(false);
    document.addEventListener("copy", copy);
    window.addEventListener("keydown", key);
    return () => {
      document.removeEventListener("copy", copy);
      window.removeEventListener("keydown", key);
    };
  }, [words, segments, selection, spaced, onDrop]);

  async function copyNow(): Promise<void> {
    try {
      await navigator.clipboard.writeText(selectedText(words, segments, selection, spaced));
      setCopied(true);
    } catch {
      // Away from localhost and without TLS a browser has no clipboard for pages.
      if (!document.execCommand("copy")) complain(new Error("The browser refused to copy."));
    }
  }

  return (
    <div className="transcript-bar" data-testid="selection">
      <span className="muted tabular">
        {count} {count === 1 ? "word" : "words"} · {(end - start).toFixed(1)} s
      </span>
      <Button
        tone="ember"
        data-testid="clip-from-words"
        onClick={() => {
          const before = words[first - 1]?.end ?? 0;
          const after = words[last + 1]?.start ?? Number.POSITIVE_INFINITY;
          onClip(
            Math.max(before, start - BREATH, 0),
            Math.min(after, end + BREATH),
            titleFor(selectedText(words, segments, selection, spaced)),
          );
          onDrop();
        }}
      >
        <Hammer /> New clip
      </Button>
      <Button onClick={() => void copyNow()}>{copied ? "Copied" : "Copy"}</Button>
      <Button tone="quiet" aria-label="Drop the selection" onClick={onDrop}>
        <Cross />
      </Button>
    </div>
  );
}
