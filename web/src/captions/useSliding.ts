import { useRef } from "react";
import { gesture } from "../store/history";
import type { Recipe } from "../store/steps";

/**
 * A slider's changes as steps of the history: a drag is one, and so is a key however long it is
 * held. Escape takes it back, and what the pointer does after that counts for nothing.
 *
 * Radix reports a key's value as committed before it reports it as changed, so hands are watched
 * here instead.
 */
export function useSliding() {
  const hand = useRef<"off" | "pointer" | "key">("off");
  const givenUp = useRef(false);
  const take = (by: "pointer" | "key") => {
    if (hand.current === by) return;
    hand.current = by;
    givenUp.current = false;
  };
  const leave = (by: "pointer" | "key") => {
    if (hand.current !== by) return;
    hand.current = "off";
    if (!givenUp.current) void gesture.end();
  };
  return {
    hands: {
      onPointerDown: () => take("pointer"),
      onPointerUp: () => leave("pointer"),
      onPointerCancel: () => leave("pointer"),
      // A release that the page is not told of, over another window say.
      onPointerMove: (event: { buttons: number }) => {
        if ((event.buttons & 1) === 0) leave("pointer");
      },
      onKeyUp: () => leave("key"),
      onBlur: () => leave("key"),
      onKeyDown: (event: { key: string; stopPropagation: () => void }) => {
        if (event.key !== "Escape") {
          if (hand.current !== "pointer") take("key");
        } else if (hand.current !== "off") {
          event.stopPropagation();
          gesture.abandon();
          givenUp.current = true;
        }
      },
    },
    change(label: string, recipe: Recipe): void {
      if (hand.current !== "off" && givenUp.current) return;
      if (!gesture.active()) gesture.begin(label);
      gesture.update(recipe);
      if (hand.current === "off") void gesture.end();
    },
    /** Whether a change is under way. */
    isHeld: () => hand.current !== "off",
  };
}
