import { type RefObject, useEffect, useRef, useState } from "react";
import type { Selection } from "./words";

interface Choosing {
  selection: Selection | null;
  setSelection: (selection: Selection | null) => void;
}

function wordUnder(x: number, y: number): number | null {
  const word = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-word]");
  return word?.dataset["word"] === undefined ? null : Number(word.dataset["word"]);
}

/** How far a finger may tremble, in CSS pixels, while it presses long. */
const TREMOR = 10;

/**
 * Selecting words in a list that draws only what is in sight, where the browser's own selection
 * would lose its ends: a drag or Shift and a press select, a press alone is `onPress`.
 *
 * By touch a drag scrolls; there a press and then a press on the time with Shift's meaning is not
 * to be had, so a long press begins a selection and the next press ends it.
 */
export function useWordSelection(
  list: RefObject<HTMLElement | null>,
  onPress: (word: number) => void,
): Choosing {
  const [selection, setSelection] = useState<Selection | null>(null);
  const latest = useRef({ onPress, selection });
  useEffect(() => {
    latest.current = { onPress, selection };
  });

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    let anchor: number | null = null;
    let dragged = false;
    let longPress: ReturnType<typeof setTimeout> | undefined;
    let open = false;
    let from = { x: 0, y: 0 };

    function down(event: PointerEvent): void {
      const word = event.button === 0 ? wordUnder(event.clientX, event.clientY) : null;
      if (word === null) return;
      if (event.pointerType === "touch") {
        from = { x: event.clientX, y: event.clientY };
        clearTimeout(longPress);
        longPress = setTimeout(() => {
          open = true;
          setSelection({ anchor: word, head: word });
        }, 450);
        return;
      }
      event.preventDefault(); // No text selection of the browser's own.
      dragged = false;
      anchor = word;
      const known = latest.current.selection;
      if (event.shiftKey && known !== null) {
        anchor = known.anchor;
        dragged = true;
        setSelection({ anchor, head: word });
      }
    }

    function move(event: PointerEvent): void {
      if (event.pointerType === "touch") {
        const gone = Math.hypot(event.clientX - from.x, event.clientY - from.y);
        if (gone > TREMOR) clearTimeout(longPress);
        return;
      }
      // Let go where this page did not hear of it.
      if ((event.buttons & 1) === 0) anchor = null;
      if (anchor === null) return;
      const word = wordUnder(event.clientX, event.clientY);
      if (word === null || (!dragged && word === anchor)) return;
      dragged = true;
      setSelection({ anchor, head: word });
    }

    function up(event: PointerEvent): void {
      clearTimeout(longPress);
      const word = wordUnder(event.clientX, event.clientY);
      const begun = anchor;
      anchor = null;
      if (event.pointerType === "touch") {
        touched(word);
        return;
      }
      if (begun === null || dragged) return;
      setSelection(null);
      if (word === begun) latest.current.onPress(word);
    }

    function touched(word: number | null): void {
      const known = latest.current.selection;
      if (word === null || (open && known?.anchor === word)) return;
      if (open && known !== null) {
        open = false;
        setSelection({ anchor: known.anchor, head: word });
        return;
      }
      setSelection(null);
      latest.current.onPress(word);
    }

    function cancel(): void {
      clearTimeout(longPress);
      anchor = null;
    }

    element.addEventListener("pointerdown", down);
    window.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    window.addEventListener("pointerup", cancel);
    window.addEventListener("pointercancel", cancel);
    return () => {
      clearTimeout(longPress);
      element.removeEventListener("pointerdown", down);
      window.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      window.removeEventListener("pointerup", cancel);
      window.removeEventListener("pointercancel", cancel);
    };
  }, [list]);

  return { selection, setSelection };
}
