import { useMemo } from "react";
import { useStore } from "../store/store";
import { DropZone } from "./DropZone";
import { PathImport } from "./PathImport";
import { ProjectCard } from "./ProjectCard";
import { TransferRow } from "./TransferRow";
import { HowItGoes, Welcome } from "./Welcome";

/** Cards that show a frame of their recording; each costs a request or two to the server. */
const PICTURES = 12;

/** All projects, and the ways to start another. */
export function LibraryPage() {
  const loaded = useStore((store) => store.server.loaded);
  const byId = useStore((store) => store.server.projects);
  const transfers = useStore((store) => store.ui.transfers);
  const projects = useMemo(
    () => Object.values(byId).sort((a, b) => b.created_at - a.created_at),
    [byId],
  );
  if (!loaded) return <p className="page muted">Asking FORGE what it has…</p>;
  const empty = projects.length === 0;
  return (
    <div className={`page library ${empty ? "library-empty" : ""}`}>
      {empty ? <Welcome /> : <h1 className="visually-hidden">Projects</h1>}
      <div className="import">
        <DropZone large={empty} />
        <PathImport />
      </div>
      {transfers.length > 0 && (
        <ul className="transfers" aria-label="On the way in">
          {transfers.map((transfer) => (
            <TransferRow key={transfer.id} transfer={transfer} />
          ))}
        </ul>
      )}
      {empty ? (
        <HowItGoes />
      ) : (
        <ul className="cards" aria-label="Projects">
          {projects.map((project, place) => (
            <ProjectCard key={project.id} project={project} picture={place < PICTURES} />
          ))}
        </ul>
      )}
    </div>
  );
}
