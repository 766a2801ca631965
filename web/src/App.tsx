import type { Failure } from "./api/failure";
import { ConnectPage } from "./shell/ConnectPage";
import { SignInPage } from "./shell/SignInPage";
import { Studio } from "./shell/Studio";
import { useStore } from "./store/store";

/** `trouble` is why the start link did not open a session, if it did not. */
export function App({ trouble }: { trouble: Failure | null }) {
  const session = useStore((store) => store.server.session);
  if (session === "open") return <Studio />;
  return session === "locked" ? (
    <SignInPage trouble={trouble} />
  ) : (
    <ConnectPage trouble={trouble} />
  );
}
