import { dismiss, useStore } from "../store/store";
import { Button } from "./Button";
import { Cross, Warning } from "./icons";

/** Short messages at the foot of the page. Bad news stays until it is closed. */
export function Notices() {
  const notices = useStore((store) => store.ui.notices);
  return (
    <section className="notices" aria-label="Messages" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className={`notice notice-${notice.tone}`} data-testid="notice">
          {notice.tone === "bad" && <Warning />}
          <p>
            {notice.text} {notice.hint !== "" && <span className="muted">{notice.hint}</span>}
          </p>
          <Button tone="quiet" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            <Cross />
          </Button>
        </div>
      ))}
    </section>
  );
}
