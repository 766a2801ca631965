import { Button } from "../ui/Button";
import { useEditor } from "./context";
import { foundWords, suggested, takeFacecam } from "./foundFacecam";

const share = (fraction: number) => `${(100 * fraction).toFixed(4)}%`;

interface Props {
  /** The time of the source whose picture is changed. */
  time: number;
}

/** The facecam that was found, as an outline on the recording's picture. It changes nothing. */
export function FoundOutline({ time }: Props) {
  const { clip, found } = useEditor();
  const shown = suggested(clip, time, found);
  if (shown === null) return null;
  const { x, y, w, h } = shown.rect;
  return (
    <div
      className="found"
      data-testid="found-facecam"
      style={{ left: share(x), top: share(y), width: share(w), height: share(h) }}
      aria-hidden="true"
    >
      <span className="zone-name">Facecam?</span>
    </div>
  );
}

/** Says that a facecam was found, and takes it when asked to. */
export function FoundOffer({ time }: Props) {
  const state = useEditor();
  const shown = suggested(state.clip, time, state.found);
  if (shown === null) return null;
  return (
    <section className="found-offer" data-testid="found-offer" aria-label="Facecam that was found">
      <p role="status">{foundWords(shown)}</p>
      <Button
        data-testid="take-facecam"
        title="C"
        aria-keyshortcuts="c"
        onClick={() => {
          takeFacecam(state, time);
          // This button is gone then; what it made can be moved with the arrows.
          requestAnimationFrame(() =>
            document.querySelector<HTMLElement>(".zone-facecam")?.focus(),
          );
        }}
      >
        Use this facecam
      </Button>
    </section>
  );
}
