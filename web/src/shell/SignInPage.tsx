import { type FormEvent, useId, useState } from "react";
import { signIn } from "../api/client";
import { asFailure, type Failure } from "../api/failure";
import { changeServer } from "../store/store";
import { Button } from "../ui/Button";
import { Mark } from "../ui/icons";

/** What someone sees whose server has a password. */
export function SignInPage({ trouble }: { trouble: Failure | null }) {
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState(trouble);
  const field = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      await signIn(password);
      changeServer((server) => ({ ...server, session: "open" }));
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
  }

  return (
    <main className="connect" data-testid="sign-in">
      <Mark />
      <h1>Sign in</h1>
      <p>Whoever runs this FORGE has set a password.</p>
      <form onSubmit={submit}>
        <label className="visually-hidden" htmlFor={field}>
          Password
        </label>
        <input
          id={field}
          className="field"
          data-testid="password-input"
          type="password"
          value={password}
          autoComplete="current-password"
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" tone="ember" disabled={password === ""}>
          Enter
        </Button>
      </form>
      {failure !== null && (
        <p className="bad" role="alert">
          {failure.message} <span className="muted">{failure.hint}</span>
        </p>
      )}
    </main>
  );
}
