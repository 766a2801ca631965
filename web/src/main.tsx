import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { whenUnauthorized } from "./api/client";
import { asFailure, type Failure, wayIn } from "./api/failure";
import { beginSession, tokenIn } from "./api/session";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { changeServer } from "./store/store";
import { applyTheme, storedTheme } from "./ui/theme";
import "./ui/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/plates.css";
import "./ui/dialog.css";
import "./ui/menu.css";
import "./ui/notices.css";
import "./ui/slider.css";
import "./shell/shell.css";
import "./shell/palette.css";
import "./library/welcome.css";
import "./library/library.css";
import "./library/cards.css";
import "./library/disk.css";
import "./project/project.css";

applyTheme(storedTheme());
whenUnauthorized((failure) => {
  const session = wayIn(failure) === "password" ? "locked" : "closed";
  changeServer((server) => ({ ...server, session }));
});

// A start link pasted into a tab that already shows the studio changes only the fragment.
window.addEventListener("hashchange", () => {
  if (tokenIn(window.location.hash) !== null) window.location.reload();
});

let trouble: Failure | null = null;
try {
  // When there is none, the refusal has said which way in is left.
  if (await beginSession()) changeServer((server) => ({ ...server, session: "open" }));
} catch (thrown) {
  trouble = asFailure(thrown);
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App trouble={trouble} />
    </ErrorBoundary>
  </StrictMode>,
);
