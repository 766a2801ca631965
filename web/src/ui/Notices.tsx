import { Toast } from "radix-ui";
import { dismiss, useStore } from "../store/store";
import type { Notice } from "../store/ui";
import { Button } from "./Button";
import { Cross, Warning } from "./icons";

/** How long good news stays on show, in milliseconds; it waits while the pointer is over it. */
const GOOD_NEWS = 6_000;

/**
 * Short messages at the foot of the page, read out by screen readers, reached with F8. Bad news,
 * and what can be undone, stays until it is closed or its time is over.
 */
export function Notices() {
  const notices = useStore((store) => store.ui.notices);
  return (
    <Toast.Provider label="Message" swipeDirection="down">
      {notices.map((notice) => (
        <Item key={notice.id} notice={notice} />
      ))}
      <Toast.Viewport className="notices" label="Messages ({hotkey})" />
    </Toast.Provider>
  );
}

function Item({ notice }: { notice: Notice }) {
  const { action, hint, id, text, tone } = notice;
  const passing = tone === "info" && action === undefined;
  return (
    <Toast.Root
      open
      type={tone === "bad" ? "foreground" : "background"}
      duration={passing ? GOOD_NEWS : Number.POSITIVE_INFINITY}
      onOpenChange={(open) => {
        if (!open) dismiss(id);
      }}
      className={`notice notice-${tone}`}
      data-testid="notice"
    >
      {tone === "bad" && <Warning />}
      <Toast.Description>
        {text} {hint !== "" && <span className="muted">{hint}</span>}
      </Toast.Description>
      {action !== undefined && (
        <Toast.Action asChild altText={action.label}>
          <Button
            onClick={() => {
              action.run();
              dismiss(id);
            }}
          >
            {action.label}
          </Button>
        </Toast.Action>
      )}
      <Toast.Close asChild>
        <Button tone="quiet" aria-label="Dismiss">
          <Cross />
        </Button>
      </Toast.Close>
    </Toast.Root>
  );
}
