import { useEffect, useMemo } from "react";
import type { Clip } from "../api/types";
import { openExport } from "../exports";
import { Button } from "../ui/Button";
import { Hammer } from "../ui/icons";
import { registerActions } from "../ui/registry";

/** Exports everything that was kept at one go; nothing to see while that is less than two. */
export function KeptBar({ clips }: { clips: readonly Clip[] }) {
  const kept = useMemo(
    () => clips.filter((clip) => clip.state === "kept").map((clip) => clip.id),
    [clips],
  );
  const words = `Export all ${kept.length} kept moments`;
  useEffect(() => {
    if (kept.length < 2) return;
    const run = () => openExport(kept);
    return registerActions("Kept moments", [{ id: "export-kept", words, run }]);
  }, [kept, words]);
  if (kept.length < 2) return null;
  return (
    <div className="moments-kept">
      <Button tone="quiet" data-testid="export-kept" onClick={() => openExport(kept)}>
        <Hammer /> {words}
      </Button>
    </div>
  );
}
