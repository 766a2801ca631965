import { Plus } from "../player/icons";
import { Button } from "../ui/Button";
import { clock } from "../ui/format";
import { Cross } from "../ui/icons";

interface Props {
  /** Where it begins, in seconds of the recording; null while none was begun. */
  at: number | null;
  onBegin: () => void;
  onEnd: () => void;
  onGiveUp: () => void;
}

/** Marking a moment by hand: where it begins, then where it ends, both at the playhead. */
export function MarkMoment({ at, onBegin, onEnd, onGiveUp }: Props) {
  if (at === null) {
    return (
      <Button
        tone="quiet"
        title="A new moment starts at the playhead (I)"
        data-testid="begin-moment"
        onClick={onBegin}
      >
        <Plus /> <span className="mark-words">New moment</span>
      </Button>
    );
  }
  return (
    <p className="mark-moment" role="status" data-testid="begun">
      <span className="tabular">A moment from {clock(at)}</span>
      <Button title="It ends at the playhead (O)" data-testid="end-moment" onClick={onEnd}>
        Ends here
      </Button>
      <Button tone="quiet" aria-label="No moment after all" onClick={onGiveUp}>
        <Cross />
      </Button>
    </p>
  );
}
