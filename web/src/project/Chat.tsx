import { useRef, useState } from "react";
import { type ChatChanged, deleteChat, putChat } from "../api/client";
import type { Vod } from "../api/types";
import { sendOnce } from "../library/uploading";
import { type ServerState, withJob } from "../store/server";
import { changeServer, complain } from "../store/store";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

function withChat(server: ServerState, { vod, job }: ChatChanged): ServerState {
  const project = server.projects[vod.project_id];
  if (project === undefined) return server;
  const vods = project.vods.map((one) => (one.id === vod.id ? vod : one));
  const projects = { ...server.projects, [project.id]: { ...project, vods } };
  const changed = { ...server, projects };
  return job === null ? changed : withJob(changed, job);
}

/** Chooses a recording's chat and takes it away; `onDone` once the server has agreed. */
function ChatChoice({ vod, onDone = () => {} }: { vod: Vod; onDone?: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);

  async function change(request: () => Promise<ChatChanged>): Promise<void> {
    setBusy(true);
    try {
      const changed = await request();
      changeServer((server) => withChat(server, changed));
      onDone();
    } catch (thrown) {
      complain(thrown);
    }
    setBusy(false);
  }

  return (
    <>
      {vod.has_chat && (
        <Button
          data-testid="chat-remove"
          disabled={busy}
          onClick={() => void change(() => deleteChat(vod))}
        >
          Go on without a chat
        </Button>
      )}
      <Button
        tone="ember"
        data-testid="chat-choose"
        disabled={busy}
        onClick={() => input.current?.click()}
      >
        {vod.has_chat ? "Choose another chat" : "Choose a chat"}
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose the recording's chat download"
        data-testid="chat-file"
        accept=".json,.jsonl,.csv,.txt,.log"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file !== undefined) void change(async () => putChat(vod, await sendOnce(file)));
        }}
      />
    </>
  );
}

/** Says that a recording's chat is another one's, and mends it. Nothing where it fits. */
export function ChatTrouble({ vod }: { vod: Vod }) {
  if (vod.chat_error === null) return null;
  return (
    <div className="callout callout-bad" role="alert" data-testid="chat-trouble">
      <p>
        <strong>This chat belongs to another recording.</strong> {vod.chat_error.message}{" "}
        <span className="muted">{vod.chat_error.hint}</span>
      </p>
      <ChatChoice vod={vod} />
    </div>
  );
}

/** Gives a recording another chat, or none. */
export function ChatDialog({ vod, onClose }: { vod: Vod; onClose: () => void }) {
  return (
    <Dialog title="The recording's chat" onClose={onClose} testId="chat-dialog">
      <p>
        {vod.has_chat
          ? "The moments are scored with the chat that came with this recording."
          : "A chat download (JSON, CSV or text) shows the moments that people loved."}
      </p>
      <p className="muted">
        With another one, only the scoring is done again. Moments that you kept, skipped or edited
        stay.
      </p>
      <div className="dialog-actions">
        <ChatChoice vod={vod} onDone={onClose} />
      </div>
    </Dialog>
  );
}
