import { useEffect, useRef } from "react";
import { Button } from "../ui/Button";
import { Drop } from "../ui/icons";
import { registerActions } from "../ui/registry";
import { importFiles } from "./importing";

/** Says that recordings can be dropped; the file dialog does the same for keyboards and phones. */
export function DropZone({ large }: { large: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const choose = () => input.current?.click();
    return registerActions("Import", [
      { id: "choose", words: "Choose files to import", run: choose },
    ]);
  }, []);
  return (
    <section
      className={`drop ${large ? "drop-large" : ""}`}
      data-testid="drop-zone"
      aria-label="Drop recordings here"
    >
      <Drop />
      <p className="drop-words">
        <strong>Drop recordings {large ? "here" : "anywhere"}</strong>
        <span className="muted">
          MP4, MKV, MOV, FLV, TS … as many and as long as you like; a chat download beside its
          recording
        </span>
      </p>
      <Button tone={large ? "ember" : "plain"} onClick={() => input.current?.click()}>
        Choose files
      </Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose recordings and chat downloads"
        data-testid="file-input"
        accept="video/*,.mkv,.flv,.ts,.m2ts,.mts,.json,.jsonl,.csv,.txt,.log"
        multiple
        onChange={(event) => {
          importFiles(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </section>
  );
}
