import { Component, type ReactNode } from "react";
import { hrefTo } from "../route/route";
import { Button } from "../ui/Button";
import { Warning } from "../ui/icons";

interface Props {
  children: ReactNode;
}

/** What a browser says when a part of the studio is gone, as after an update of the server. */
const GONE = /dynamically imported module|module script failed|Unable to preload/i;

/**
 * Shows words in place of a page that fell over, and leaves the rest of the studio standing. Give
 * it a new `key` to start over, as when the person goes elsewhere.
 */
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const gone = GONE.test(error.message);
    return (
      <section className="page fallen" role="alert" data-testid="fallen">
        <Warning />
        <h1>{gone ? "This part of the studio did not load" : "This page fell over"}</h1>
        <p>
          {gone
            ? "FORGE was updated or restarted while this tab was open, or it does not answer. Load the page again to get the new studio."
            : "This is a fault in the studio, not in your recording. What was saved is safe on the server, and the work there goes on."}
        </p>
        {!gone && <code>{error.message}</code>}
        <div className="fallen-actions">
          <Button tone="ember" onClick={() => window.location.reload()}>
            Load the page again
          </Button>
          {!gone && <Button onClick={() => this.setState({ error: null })}>Try again</Button>}
          <a className="button button-quiet" href={hrefTo({ page: "library" })}>
            All projects
          </a>
        </div>
      </section>
    );
  }
}
