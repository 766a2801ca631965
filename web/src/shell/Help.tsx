import { Dialog } from "../ui/Dialog";
import { keyWords } from "../ui/keyboard";
import { type ShortcutWords, useShortcutWords } from "../ui/registry";

/** The keys that work on the page in sight, by what they are for. */
export function Help({ onClose }: { onClose: () => void }) {
  const scopes = useShortcutWords();
  return (
    <Dialog title="Keys" onClose={onClose} wide testId="help">
      {scopes.map(([scope, list]) => (
        <section key={scope} className="keys-scope">
          <h3>{scope}</h3>
          <dl className="keys">
            {list.map((shortcut) => (
              <Line key={shortcut.words} shortcut={shortcut} />
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

function Line({ shortcut: { keys, words } }: { shortcut: ShortcutWords }) {
  return (
    <div>
      <dt>
        {(typeof keys === "string" ? [keys] : keys).map((key) => (
          <kbd key={key}>{keyWords(key)}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </div>
  );
}
