import { titleOf } from "../clip/titleOf";
import { read } from "../store/diff";
import { settleClash } from "../store/history";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { fieldWords, valueWords } from "./clashWords";
import "./clash.css";

const WORDS = {
  save: {
    title: "Changed in two places",
    text: "While you edited this clip, the same thing was changed elsewhere, perhaps in another window. Which one holds?",
    mine: "Keep mine",
    theirs: "Take the other",
  },
  undo: {
    title: "Changed elsewhere since",
    text: "What you want to undo has been changed elsewhere since. Undoing it would replace that.",
    mine: "Undo it all the same",
    theirs: "Leave it as it is",
  },
  redo: {
    title: "Changed elsewhere since",
    text: "What you want to redo has been changed elsewhere since. Redoing it would replace that.",
    mine: "Redo it all the same",
    theirs: "Leave it as it is",
  },
} as const;

/** Asks which of two edits holds, with both values, while there is such a question. */
export function ClashDialog() {
  const clash = useStore((store) => store.doc.clash);
  const base = useStore((store) => (clash === null ? undefined : store.doc.base[clash.clipId]));
  if (clash === null || base === undefined) return null;
  const words = WORDS[clash.kind];
  return (
    <Dialog title={words.title} onClose={() => settleClash("theirs")} testId="clash">
      <p>
        <strong>{titleOf(base)}</strong> <span className="muted">{clash.label}</span>
      </p>
      <p className="muted">{words.text}</p>
      <table className="clash">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Yours</th>
            <th scope="col">The other</th>
          </tr>
        </thead>
        <tbody>
          {clash.changes.map((change) => (
            <tr key={change.key}>
              <th scope="row">{fieldWords(change)}</th>
              <td>{valueWords(change.key, change.after)}</td>
              <td>{valueWords(change.key, read(base, change.key))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="dialog-actions">
        <Button data-testid="clash-theirs" onClick={() => settleClash("theirs")}>
          {words.theirs}
        </Button>
        <Button tone="ember" data-testid="clash-mine" onClick={() => settleClash("mine")}>
          {words.mine}
        </Button>
      </div>
    </Dialog>
  );
}
