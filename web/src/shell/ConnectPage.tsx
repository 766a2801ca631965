import { type FormEvent, useId, useState } from "react";
import { openSession } from "../api/client";
import { asFailure, type Failure } from "../api/failure";
import { tokenFrom } from "../api/session";
import { changeServer } from "../store/store";
import { Button } from "../ui/Button";
import { Mark } from "../ui/icons";

/** What someone sees who came without the start link: how to get in. */
export function ConnectPage({ trouble }: { trouble: Failure | null }) {
  const [pasted, setPasted] = useState("");
  const [failure, setFailure] = useState(trouble);
  const field = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      await openSession(tokenFrom(pasted));
      changeServer((server) => ({ ...server, session: "open" }));
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
  }

  return (
    <main className="connect" data-testid="connect">
      <Mark />
      <h1>Open the start link</h1>
      <p>
        FORGE is private: it lets in only who can read its terminal. Open the link that{" "}
        <code>forge run</code> printed, or paste it here.
      </p>
      <form onSubmit={submit}>
        <label className="visually-hidden" htmlFor={field}>
          Start link or token
        </label>
        <input
          id={field}
          className="field"
          data-testid="token-input"
          value={pasted}
          placeholder="http://127.0.0.1:8484/#token=…"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setPasted(event.target.value)}
        />
        <Button type="submit" tone="ember" disabled={pasted.trim() === ""}>
          Enter
        </Button>
      </form>
      {failure !== null && (
        <p className="bad" role="alert">
          {failure.status === 401 ? "This token is not the one FORGE runs with." : failure.message}{" "}
          <span className="muted">
            {failure.status === 401 ? "Each data directory has its own." : failure.hint}
          </span>
        </p>
      )}
    </main>
  );
}
