import { type KeyboardEvent, useRef, useState } from "react";
import { titleOf } from "../clip/titleOf";
import { openExport } from "../exports";
import { mark } from "../project/marking";
import { hrefTo } from "../route/route";
import { nextStep } from "../store/steps";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { span } from "../ui/format";
import { Back, Backwards, Cross, Forwards, Hammer, Tick } from "../ui/icons";
import { useMedia } from "../ui/useMedia";
import { change, useEditor } from "./context";
import { keptLength } from "./spans";
import { turn } from "./useEditorKeys";

/** Where there is room for the icons alone: the same width as in `narrow.css`. */
const NARROW = "(max-width: 1000px)";

/** The clip's name and state, what can be undone, and the way out. */
export function EditorHead() {
  const state = useEditor();
  const { clip, project, spans } = state;
  const back = useStore((store) => nextStep(store.doc, "undo", clip.id)?.label);
  const again = useStore((store) => nextStep(store.doc, "redo", clip.id)?.label);
  const words = useMedia(NARROW) ? "visually-hidden" : "";
  return (
    <header className="editor-head">
      <h1 className="visually-hidden">Edit “{titleOf(clip)}”</h1>
      <a
        className="button button-quiet"
        href={hrefTo({ page: "project", projectId: project.id, clipId: clip.id })}
        data-testid="back-to-project"
        title={`Back to ${project.title}`}
      >
        <Back />{" "}
        <span className={words === "" ? "clip-text editor-project" : words}>{project.title}</span>
      </a>
      <Title />
      <p className="muted tabular editor-length" data-testid="length">
        {spans.length === 0 ? "nothing left" : `${keptLength(spans).toFixed(1)} s`}
        {clip.cuts.length > 0 && ` of ${span(clip.end - clip.start)}`}
      </p>
      <Saved />
      <span className="editor-space" />
      <Button
        tone="quiet"
        className="editor-turn"
        disabled={back === undefined}
        title={back === undefined ? "Nothing to undo" : `Undo: ${back} (Ctrl+Z)`}
        data-testid="undo"
        onClick={() => turn("undo", state)}
      >
        <Backwards /> <span className={words}>Undo</span>
      </Button>
      <Button
        tone="quiet"
        className="editor-turn"
        disabled={again === undefined}
        title={again === undefined ? "Nothing to redo" : `Redo: ${again} (Ctrl+Shift+Z)`}
        data-testid="redo"
        onClick={() => turn("redo", state)}
      >
        <Forwards /> <span className={words}>Redo</span>
      </Button>
      <Button
        pressed={clip.state === "kept"}
        data-testid="keep-button"
        onClick={() => mark(clip, "kept")}
      >
        <Tick /> Keep
      </Button>
      <Button
        pressed={clip.state === "skipped"}
        data-testid="skip-button"
        onClick={() => mark(clip, "skipped")}
      >
        <Cross /> Skip
      </Button>
      <Button
        tone="ember"
        data-testid="export-button"
        disabled={spans.length === 0}
        onClick={() => openExport([clip.id])}
      >
        <Hammer /> Export
      </Button>
    </header>
  );
}

/** The title, edited in place. Enter keeps it, Escape takes it back. */
function Title() {
  const { clip } = useEditor();
  const [text, setText] = useState<string | null>(null);
  // Leaving the field keeps what was typed, and Escape leaves it before it is drawn anew.
  const givenUp = useRef(false);

  function finish(): void {
    const title = givenUp.current ? "" : (text?.trim() ?? "");
    givenUp.current = false;
    setText(null);
    if (title === "" || title === clip.title) return;
    change(clip.id, `Rename to “${title}”`, (draft) => {
      draft.title = title;
    });
  }

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      givenUp.current = true;
    } else if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.currentTarget.blur();
  }

  return (
    <input
      className="field editor-title"
      aria-label="Title of the clip"
      data-testid="clip-title"
      dir="auto"
      placeholder="Untitled moment"
      maxLength={200}
      value={text ?? clip.title}
      onChange={(event) => setText(event.target.value)}
      onBlur={finish}
      onKeyDown={press}
    />
  );
}

/** Whether what is shown is saved. While FORGE does not answer, it is kept in this browser. */
function Saved() {
  const { clip, note } = useEditor();
  const unsaved = useStore((store) => store.doc.unsaved[clip.id] !== undefined);
  const steps = useStore((store) => store.doc.steps);
  const away = useStore((store) => store.server.link === "lost");
  const plain = unsaved ? "Saving…" : "Saved";
  const words = unsaved && away ? "Kept in this browser" : plain;
  return (
    <p
      className={`editor-saved small clip-text ${unsaved && away ? "bad" : "muted"}`}
      role="status"
      title={note?.text}
      data-testid="saved"
      data-saved={!unsaved}
    >
      {words}
      {note !== null && note.steps === steps && ` · ${note.text}`}
    </p>
  );
}
