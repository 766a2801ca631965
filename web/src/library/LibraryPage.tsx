import { useEffect, useMemo, useState } from "react";
import { useStore } from "../store/store";
import { useNow } from "../ui/useNow";
import { arrange, ORDERS, type Order } from "./arranging";
import { DiskUse, DiskWarning } from "./DiskUse";
import { DropZone } from "./DropZone";
import { findInterrupted } from "./importing";
import { PathImport } from "./PathImport";
import { ProjectCard } from "./ProjectCard";
import { Transfers } from "./Transfers";
import { HowItGoes, Welcome } from "./Welcome";

/** From so many projects on, one wants to search. */
const MANY = 5;

/** All projects, and the ways to start another. */
export function LibraryPage() {
  const loaded = useStore((store) => store.server.loaded);
  const byId = useStore((store) => store.server.projects);
  const deleting = useStore((store) => store.ui.deleting);
  const now = useNow();
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<Order>("newest");
  const projects = useMemo(
    () => Object.values(byId).filter((project) => !deleting.includes(project.id)),
    [byId, deleting],
  );
  const shown = useMemo(() => arrange(projects, search, order), [projects, search, order]);
  useEffect(() => {
    // What cannot be found out now is found out on the next visit.
    findInterrupted().catch(() => {});
  }, []);

  if (!loaded) return <p className="page muted">Asking FORGE what it has…</p>;
  const empty = projects.length === 0;
  return (
    <div className={`page library ${empty ? "library-empty" : ""}`}>
      <DiskWarning />
      {empty ? (
        <Welcome />
      ) : (
        <header className="library-head">
          <h1>Library</h1>
          {projects.length >= MANY && (
            <div className="library-find">
              <input
                type="search"
                className="field"
                data-testid="search"
                aria-label="Search projects"
                placeholder={`Search ${projects.length} projects`}
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
              <select
                className="field"
                data-testid="order"
                aria-label="Order of the projects"
                value={order}
                onChange={(event) => setOrder(event.target.value as Order)}
              >
                {ORDERS.map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </select>
            </div>
          )}
        </header>
      )}
      <div className="import">
        <DropZone large={empty} />
        <PathImport />
      </div>
      <Transfers />
      {empty ? (
        <HowItGoes />
      ) : (
        <ul className="cards" aria-label="Projects">
          {shown.map((project) => (
            <ProjectCard key={project.id} project={project} now={now} />
          ))}
        </ul>
      )}
      {!empty && shown.length === 0 && (
        <p className="muted library-none" role="status">
          No project is called “{search.trim()}”.{" "}
          <button type="button" className="button button-quiet" onClick={() => setSearch("")}>
            Show all
          </button>
        </p>
      )}
      <DiskUse />
    </div>
  );
}
