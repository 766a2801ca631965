import { Button } from "../ui/Button";
import { useEditor } from "./context";
import { ClipEnd, ClipStart, Scissors } from "./icons";
import { perform } from "./useEditorKeys";

/** Trimming and cutting at the playhead, for those who do not know the keys. */
export function CutTools() {
  const state = useEditor();
  const begun = state.mark !== null;
  return (
    <fieldset className="cut-tools">
      <legend className="visually-hidden">Trim and cut</legend>
      <Button
        tone="quiet"
        title="The clip starts at the playhead (I)"
        data-testid="trim-start-here"
        onClick={() => perform("trim-start", state)}
      >
        <ClipStart /> <span className="cut-words">Start here</span>
      </Button>
      <Button
        tone="quiet"
        title="The clip ends at the playhead (O)"
        data-testid="trim-end-here"
        onClick={() => perform("trim-end", state)}
      >
        <ClipEnd /> <span className="cut-words">End here</span>
      </Button>
      <Button
        tone="quiet"
        pressed={begun}
        title={
          begun
            ? "The cut ends at the playhead (S); Escape gives it up"
            : "Cut something out: from the playhead to where you press again (S)"
        }
        data-testid="cut-here"
        onClick={() => perform("split", state)}
      >
        <Scissors /> {begun ? "End the cut" : "Cut"}
      </Button>
    </fieldset>
  );
}
