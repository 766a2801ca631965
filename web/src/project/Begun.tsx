import { Button } from "../ui/Button";
import { clock } from "../ui/format";
import { Cross } from "../ui/icons";

/** Says that a moment was begun with a key, and how it ends. */
export function Begun({ at, onGiveUp }: { at: number; onGiveUp: () => void }) {
  return (
    <p className="begun" role="status" data-testid="begun">
      <span className="tabular">A moment from {clock(at)}:</span>
      <span>
        <kbd>O</kbd> ends it
      </span>
      <Button tone="quiet" aria-label="No moment after all" onClick={onGiveUp}>
        <Cross />
      </Button>
    </p>
  );
}
