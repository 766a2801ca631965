import { hrefTo } from "../route/route";
import { useStore } from "../store/store";
import type { Transfer } from "../store/ui";
import { Button } from "../ui/Button";
import { bytes, left, percent } from "../ui/format";
import { Progress } from "../ui/Progress";
import { clear, importAnyway, tryAgain } from "./importing";

function statusOf(transfer: Transfer): string {
  const { kind, rate, sent, size, state } = transfer;
  if (state === "waiting") return `Waiting its turn · ${bytes(size)}`;
  if (state === "importing")
    return kind === "path" ? "Looking at the file…" : "All there. Starting…";
  if (state !== "sending") return "";
  const parts = [percent(size > 0 ? (100 * sent) / size : 0), `${bytes(sent)} of ${bytes(size)}`];
  if (transfer.stalled) parts.push("connection lost, trying again…");
  if (rate !== null) parts.push(`${bytes(rate)}/s`);
  const time = rate !== null && rate > 0 ? left((size - sent) / rate) : null;
  if (time !== null) parts.push(time);
  return parts.join(" · ");
}

/** One recording on its way in: an upload, or a path that is being looked at. */
export function TransferRow({ transfer }: { transfer: Transfer }) {
  const { id, name, state, error, sent, size } = transfer;
  const empty = transfer.kind === "upload" && size === 0;
  const moving = state === "waiting" || state === "sending";
  return (
    <li className={`transfer transfer-${state}`} data-testid="transfer">
      <div className="transfer-words">
        <strong className="clip-text">{name}</strong>
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
      <div className="transfer-actions">
        {state === "failed" && !empty && <Button onClick={() => tryAgain(id)}>Try again</Button>}
        {state === "duplicate" && (
          <Button data-testid="import-anyway" onClick={() => importAnyway(id)}>
            Import anyway
          </Button>
        )}
        {state !== "importing" && (
          <Button tone="quiet" onClick={() => clear(id)}>
            {moving ? "Cancel" : "Dismiss"}
          </Button>
        )}
      </div>
      {state === "sending" && (
        <Progress label={`Upload of ${name}`} value={size > 0 ? (100 * sent) / size : null} />
      )}
    </li>
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
