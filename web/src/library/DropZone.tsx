import { type DragEvent, useRef, useState } from "react";
import { Button } from "../ui/Button";
import { Drop } from "../ui/icons";
import { importFiles } from "./importing";

/** Where recordings are dropped. The file dialog does the same for keyboards and phones. */
export function DropZone({ large }: { large: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  // Entering a child fires a leave on its parent: only the balance says whether a drag is over us.
  const depth = useRef(0);
  const [over, setOver] = useState(false);

  function track(event: DragEvent, step: number): void {
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    importFiles(event.dataTransfer.files);
  }

  return (
    <section
      className={`drop ${large ? "drop-large" : ""} ${over ? "drop-over" : ""}`}
      data-testid="drop-zone"
      aria-label="Drop recordings here"
      onDragEnter={(event) => track(event, 1)}
      onDragLeave={(event) => track(event, -1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <Drop />
      <p className="drop-words">
        <strong>{over ? "Let go to start" : "Drop recordings here"}</strong>
        <span className="muted">MP4, MKV, MOV, FLV, TS … as many and as long as you like</span>
      </p>
      <Button tone={large ? "ember" : "plain"} onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose recordings"
        data-testid="file-input"
        accept="video/*,.mkv,.flv,.ts,.m2ts,.mts"
        multiple
        onChange={(event) => {
          importFiles(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </section>
  );
}
