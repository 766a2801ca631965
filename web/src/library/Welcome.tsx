import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { importDemo } from "./importing";

const STEPS = [
  ["Drop", "A recording of any length. Or name its path, and it stays where it is."],
  ["Watch", "FORGE listens, reads, looks for cuts and scores every moment, live on this page."],
  ["Strike", "Play the best moments, keep the good ones, export them vertical and captioned."],
] as const;

/** What a person sees before the first recording: what FORGE is for, and that it is private. */
export function Welcome() {
  return (
    <section className="hero" aria-labelledby="hero-title">
      <h1 id="hero-title">
        Hours of stream in.
        <br />
        <span className="ember-text">Clips worth posting out.</span>
      </h1>
      <p className="hero-lead">
        Everything happens on the machine FORGE runs on. No account, no upload to anyone: your
        recordings and your words stay yours.
      </p>
    </section>
  );
}

/** What will happen, in three steps, and something to try it with. */
export function HowItGoes() {
  const making = useStore((store) => store.ui.transfers.some((one) => one.kind === "demo"));
  return (
    <>
      <p className="hero-demo">
        No recording at hand?{" "}
        <Button data-testid="try-demo" disabled={making} onClick={() => void importDemo()}>
          Try it with the demo
        </Button>{" "}
        <span className="muted">FORGE makes a recording of its own; nothing is downloaded.</span>
      </p>
      <ol className="hero-steps" aria-label="How it goes">
        {STEPS.map(([title, words]) => (
          <li key={title}>
            <strong>{title}</strong>
            <span>{words}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
