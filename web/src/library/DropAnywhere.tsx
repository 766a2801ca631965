import { useEffect, useRef, useState } from "react";
import { Drop } from "../ui/icons";
import { importFiles } from "./importing";

const holdsFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes("Files") ?? false;

/** Takes recordings that are dropped anywhere on the studio, and says so while they hover. */
export function DropAnywhere({ onDropped }: { onDropped: () => void }) {
  // Entering a child fires a leave on its parent: only the balance says whether a drag is over us.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const dropped = useRef(onDropped);
  useEffect(() => {
    dropped.current = onDropped;
  });
  useEffect(() => {
    function track(step: number) {
      return (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        depth.current = Math.max(0, depth.current + step);
        setOver(depth.current > 0);
      };
    }
    function allow(event: DragEvent): void {
      if (holdsFiles(event)) event.preventDefault();
    }
    function drop(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      importFiles(event.dataTransfer?.files ?? []);
      dropped.current();
    }
    const ends = new AbortController();
    const { signal } = ends;
    window.addEventListener("dragenter", track(1), { signal });
    window.addEventListener("dragleave", track(-1), { signal });
    window.addEventListener("dragover", allow, { signal });
    window.addEventListener("drop", drop, { signal });
    return () => ends.abort();
  }, []);
  if (!over) return null;
  return (
    <div className="drop-anywhere" data-testid="drop-anywhere">
      <Drop />
      <strong>Let go to import</strong>
      <span className="muted">Recordings, and chat downloads beside them</span>
    </div>
  );
}
