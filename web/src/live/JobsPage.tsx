import { useMemo, useState } from "react";
import type { Job } from "../api/types";
import { hrefTo } from "../route/route";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { useNow } from "../ui/useNow";
import { JobRow } from "./JobRow";
import "./jobs.css";
import { sortWork, type Work, waitsFor } from "./work";

/** Finished jobs on show before one asks for more. */
const FIRST = 20;

const SECTIONS: [keyof Work, string][] = [
  ["running", "Under way"],
  ["waiting", "Waiting"],
  ["stopped", "Stopped"],
  ["finished", "Finished"],
];

/** Every job with its steps, live: what runs, what waits, what stopped and why. */
export function JobsPage() {
  const loaded = useStore((store) => store.server.loaded);
  const byId = useStore((store) => store.server.jobs);
  const deleting = useStore((store) => store.ui.deleting);
  const now = useNow();
  const [all, setAll] = useState(false);
  const work = useMemo(() => {
    const gone = new Set(deleting);
    const shown = (job: Job) => !gone.has(job.id) && !gone.has(job.project_id);
    return sortWork(Object.values(byId).filter(shown));
  }, [byId, deleting]);
  const live = [...work.running, ...work.waiting];
  const empty = live.length + work.stopped.length + work.finished.length === 0;

  if (!loaded) return <p className="page muted">Asking FORGE what it does…</p>;
  return (
    <div className="page sections">
      <header className="sections-head">
        <div>
          <h1>Work</h1>
          <p className="muted">
            {live.length === 0
              ? "Nothing is under way."
              : "It goes on when this page is closed, and after a restart of FORGE."}
          </p>
        </div>
      </header>
      {empty && (
        <div className="nothing">
          <h2>Nothing was asked of FORGE yet</h2>
          <p className="muted">
            Import a recording and every step of its analysis shows here, with its speed and the
            time left. <a href={hrefTo({ page: "library" })}>Go to the library</a>
          </p>
        </div>
      )}
      {SECTIONS.map(([name, title]) => {
        const jobs = work[name];
        const cut = name === "finished" && !all ? jobs.slice(0, FIRST) : jobs;
        return (
          jobs.length > 0 && (
            <section key={name} className="stack" aria-labelledby={`work-${name}`}>
              <h2 id={`work-${name}`}>
                {title} <span className="count">{jobs.length}</span>
              </h2>
              <ul className="stack">
                {cut.map((job, place) => (
                  <JobRow
                    key={job.id}
                    job={job}
                    place={place + 1}
                    behind={waitsFor(job, live)}
                    now={now}
                  />
                ))}
              </ul>
              {cut.length < jobs.length && (
                <Button tone="quiet" onClick={() => setAll(true)}>
                  Show all {jobs.length}
                </Button>
              )}
            </section>
          )
        );
      })}
    </div>
  );
}
