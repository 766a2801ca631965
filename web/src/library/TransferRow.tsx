import { useRef } from "react";
import { hrefTo } from "../route/route";
import { useStore } from "../store/store";
import type { Transfer } from "../store/ui";
import { Button } from "../ui/Button";
import { bytes, left, percent } from "../ui/format";
import { Progress } from "../ui/Progress";
import { cancel, canTryAgain, goOn, importAnyway, importFiles, pause, tryAgain } from "./importing";

const STARTING: Record<Transfer["kind"], string> = {
  upload: "All there. Starting…",
  path: "Looking at the file…",
  demo: "Making a short recording with talk, a game and a chat. This takes about a minute…",
};

const EDGE: Partial<Record<Transfer["state"], string>> = {
  failed: "plate-bad",
  duplicate: "plate-warm",
};

function statusOf(transfer: Transfer): string {
  const { kind, rate, sent, size, stalled, state } = transfer;
  const amount = `${percent(size > 0 ? (100 * sent) / size : 0)} · ${bytes(sent)} of ${bytes(size)}`;
  switch (state) {
    case "waiting":
      return `Waiting its turn · ${bytes(size)}`;
    case "importing":
      return STARTING[kind];
    case "paused":
      return `Paused · ${amount}`;
    case "interrupted":
      return `Begun earlier · ${amount}. Choose the file again, and it goes on from there.`;
    case "sending": {
      const parts = [amount];
      if (stalled) parts.push("no connection, trying again…");
      if (rate !== null) parts.push(`${bytes(rate)}/s`);
      const time = rate !== null && rate > 0 ? left((size - sent) / rate) : null;
      if (time !== null) parts.push(time);
      return parts.join(" · ");
    }
    default:
      return "";
  }
}

/** One recording on its way in: an upload, or a path that is being looked at. */
export function TransferRow({ transfer }: { transfer: Transfer }) {
  const { chat, error, id, into, name, sent, size, state } = transfer;
  const title = useStore((store) => store.server.projects[into ?? ""]?.title);
  const moving = state === "waiting" || state === "sending" || state === "paused";
  const share = size > 0 ? (100 * sent) / size : null;
  return (
    <li
      className={`plate plate-row ${EDGE[state] ?? ""}`}
      data-testid="transfer"
      data-state={state}
      aria-label={name}
    >
      <div className="transfer-words">
        <strong className="clip-text">
          {name} {chat !== null && <span className="muted">with {chat}</span>}{" "}
          {title !== undefined && <span className="muted">into “{title}”</span>}
        </strong>
        {error !== null && (
          <p className="bad" role="alert">
            {error.message} <span className="muted">{error.hint}</span>
          </p>
        )}
        {state === "duplicate" && <Duplicate projectId={transfer.projectId} />}
        {error === null && state !== "duplicate" && (
          <p className="muted tabular">{statusOf(transfer)}</p>
        )}
      </div>
      <div className="plate-actions">
        {state === "failed" && canTryAgain(id) && (
          <Button onClick={() => tryAgain(id)}>Try again</Button>
        )}
        {state === "duplicate" && (
          <Button data-testid="import-anyway" onClick={() => importAnyway(id)}>
            Import anyway
          </Button>
        )}
        {state === "sending" && (
          <Button data-testid="pause-upload" onClick={() => pause(id)}>
            Pause
          </Button>
        )}
        {state === "paused" && (
          <Button data-testid="resume-upload" onClick={() => goOn(id)}>
            Go on
          </Button>
        )}
        {state === "interrupted" && <ChooseAgain />}
        {state !== "importing" && (
          <Button tone="quiet" data-testid="cancel-upload" onClick={() => cancel(id)}>
            {moving ? "Cancel" : state === "interrupted" ? "Discard" : "Dismiss"}
          </Button>
        )}
      </div>
      {(state === "sending" || state === "paused" || state === "interrupted") && (
        <Progress label={`Upload of ${name}`} value={share} idle={state !== "sending"} />
      )}
    </li>
  );
}

/** A page may not open a person's file again by itself: he has to choose it. */
function ChooseAgain() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>Choose the file</Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose the same file again"
        data-testid="again-input"
        onChange={(event) => importFiles(event.target.files ?? [])}
      />
    </>
  );
}

function Duplicate({ projectId }: { projectId: string | null }) {
  const title = useStore((store) => store.server.projects[projectId ?? ""]?.title);
  return (
    <p role="alert" data-testid="duplicate">
      FORGE has this recording already
      {projectId !== null && (
        <>
          : <a href={hrefTo({ page: "project", projectId, clipId: null })}>{title ?? "open it"}</a>
        </>
      )}
      .
    </p>
  );
}
