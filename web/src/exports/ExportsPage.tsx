import { useMemo } from "react";
import type { Job } from "../api/types";
import { sortWork } from "../live/work";
import { hrefTo } from "../route/route";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Download } from "../ui/icons";
import { useNow } from "../ui/useNow";
import { storedChoice } from "./choice";
import { ExportRow } from "./ExportRow";
import "./exports.css";
import { filesOf, saveAll } from "./files";

/** The exports that are not on their way out, in the order of their interest. */
export function useExports(belongs: (job: Job) => boolean): ReturnType<typeof sortWork> {
  const byId = useStore((store) => store.server.jobs);
  const deleting = useStore((store) => store.ui.deleting);
  return useMemo(() => {
    const gone = new Set(deleting);
    const shown = (job: Job) =>
      job.type === "export" && belongs(job) && !gone.has(job.id) && !gone.has(job.project_id);
    return sortWork(Object.values(byId).filter(shown));
  }, [byId, deleting, belongs]);
}

const all = () => true;

/** Every export, the running and the finished, with the files to take away. */
export function ExportsPage() {
  const loaded = useStore((store) => store.server.loaded);
  const work = useExports(all);
  const live = [...work.running, ...work.waiting];
  if (!loaded) return <p className="page muted">Asking FORGE what it has…</p>;
  const empty = live.length + work.stopped.length + work.finished.length === 0;
  return (
    <div className="page sections">
      <header className="sections-head">
        <div>
          <h1>Exports</h1>
          <p className="muted">
            {live.length > 0
              ? "They go on when this page is closed."
              : empty
                ? "Nothing was exported yet."
                : "Files stay here until they are deleted."}
          </p>
        </div>
        {work.finished.length > 0 && <SaveAll jobs={work.finished} />}
      </header>
      {empty && (
        <div className="nothing">
          <h2>Clips to take away appear here</h2>
          <p className="muted">
            Open a project, choose a moment and press Export: several formats and several clips at
            once, if you like. <a href={hrefTo({ page: "library" })}>Go to the library</a>
          </p>
        </div>
      )}
      <ExportList title="Under way" jobs={live} queued={work.waiting} />
      <ExportList title="Stopped" jobs={work.stopped} />
      <ExportList title="Ready" jobs={work.finished} />
    </div>
  );
}

/** One section of the queue; nothing when it has none. */
export function ExportList({
  title,
  jobs,
  queued = [],
}: {
  title: string;
  jobs: Job[];
  queued?: Job[];
}) {
  const now = useNow();
  if (jobs.length === 0) return null;
  return (
    <section className="stack" aria-label={title}>
      <h2>
        {title} <span className="count">{jobs.length}</span>
      </h2>
      <ul className="stack">
        {jobs.map((job) => (
          <ExportRow key={job.id} job={job} place={queued.indexOf(job) + 1} now={now} />
        ))}
      </ul>
    </section>
  );
}

/** The button that saves the chosen kinds of files of all these exports. */
export function SaveAll({ jobs }: { jobs: Job[] }) {
  const { kinds } = storedChoice();
  const files = jobs.flatMap(filesOf).filter((file) => kinds.includes(file.kind));
  if (files.length === 0) return null;
  return (
    <Button
      tone="ember"
      data-testid="download-all"
      title={`The ${kinds.map((kind) => kind.toUpperCase()).join(", ")} files`}
      onClick={() => void saveAll(files)}
    >
      <Download /> Download {files.length === 1 ? "the file" : `all ${files.length} files`}
    </Button>
  );
}
