import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "../ui/Button";
import { registerActions } from "../ui/registry";
import { importPath } from "./importing";

/** Quotes come along when a path is copied from a file manager or a terminal. */
function unquoted(path: string): string {
  return path.trim().replace(/^(["'])(.*)\1$/, "$2");
}

/** Imports a recording by its path on the machine that FORGE runs on: nothing is copied. */
export function PathImport() {
  const [path, setPath] = useState("");
  const [chat, setChat] = useState("");
  const [withChat, setWithChat] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const name = () => field.current?.focus();
    return registerActions("Import by path", [
      { id: "path", words: "Import a file by its path", run: name },
    ]);
  }, []);
  const ids = { path: useId(), chat: useId() };

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const taken = await importPath(unquoted(path), withChat ? unquoted(chat) : "");
    setBusy(false);
    if (!taken) return;
    setPath("");
    setChat("");
  }

  return (
    <form className="plate path" onSubmit={submit} aria-label="Import by path">
      <label htmlFor={ids.path}>Or name a file on the machine FORGE runs on</label>
      <div className="path-row">
        <input
          ref={field}
          id={ids.path}
          data-testid="path-input"
          className="field"
          value={path}
          placeholder="/recordings/friday-stream.mkv"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => setPath(event.target.value)}
        />
        <Button
          type="submit"
          tone="ember"
          data-testid="import-button"
          disabled={busy || path.trim() === ""}
        >
          {busy ? "Looking…" : "Import"}
        </Button>
      </div>
      {withChat ? (
        <div className="path-chat">
          <label htmlFor={ids.chat}>
            Chat download (JSON or CSV), to find the moments that chat loved
          </label>
          <input
            id={ids.chat}
            data-testid="chat-input"
            className="field"
            value={chat}
            placeholder="/recordings/friday-chat.json"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            onChange={(event) => setChat(event.target.value)}
          />
        </div>
      ) : (
        <Button tone="quiet" className="path-more" onClick={() => setWithChat(true)}>
          + Add its chat
        </Button>
      )}
    </form>
  );
}
