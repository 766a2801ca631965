import { useMedia } from "../ui/useMedia";
import { type Stage, useEditor } from "./context";

const STAGES: Record<Stage, string> = { output: "Preview", source: "Source" };

/** Says which of the two pictures is shown, on screens that have room for one only. */
export function StageSwitch() {
  const { stage, setStage } = useEditor();
  return (
    <fieldset className="stage-switch">
      <legend className="visually-hidden">Which picture is shown</legend>
      {(Object.keys(STAGES) as Stage[]).map((one) => (
        <button
          key={one}
          type="button"
          className="tab"
          data-state={stage === one ? "active" : ""}
          data-testid={`stage-${one}`}
          aria-pressed={stage === one}
          onClick={() => setStage(one)}
        >
          {STAGES[one]}
        </button>
      ))}
    </fieldset>
  );
}

/** The heading of a picture. Where the switch says it, it stays for those who go by headings. */
export function StageTitle({ stage }: { stage: Stage }) {
  const switched = useMedia("(max-width: 700px)");
  return <h2 className={switched ? "visually-hidden" : ""}>{STAGES[stage]}</h2>;
}
