import { type FormEvent, useCallback, useId, useState } from "react";
import { exportClips } from "../api/client";
import { Failure } from "../api/failure";
import type { Clip, Job } from "../api/types";
import { editClip } from "../clip/editing";
import { titleOf } from "../clip/titleOf";
import { hrefTo } from "../route/route";
import { save } from "../store/saving";
import { withJob } from "../store/server";
import { changeServer, complain, useStore } from "../store/store";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Hammer } from "../ui/icons";
import { type Choice, keepChoice, storedChoice, toggled } from "./choice";
import { ExportList, SaveAll, useExports } from "./ExportsPage";
import { KINDS, PRESETS } from "./presets";
import { Shape } from "./Shape";
import "./choose.css";
import "./exports.css";

interface Props {
  clipIds: string[];
  onClose: () => void;
}

/** Asks how clips are to be exported; then shows the queue of what was asked for. */
export function ExportDialog({ clipIds, onClose }: Props) {
  const byId = useStore((store) => store.doc.clips);
  const clips = clipIds.map((id) => byId[id]).filter((clip) => clip !== undefined);
  const [started, setStarted] = useState<string[] | null>(null);
  const [clip] = clips;
  const single = clips.length === 1 && clip !== undefined;
  const title = single ? `Export “${titleOf(clip)}”` : `Export ${clips.length} clips`;
  return (
    <Dialog title={title} onClose={onClose} wide testId="export-dialog">
      {started === null ? (
        <Choose clips={clips} onStarted={(jobs) => setStarted(jobs.map((job) => job.id))} />
      ) : (
        <Queue ids={started} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** Waits until the server has every edit of these clips. Throws `Failure` when it has not. */
async function saved(clips: Clip[]): Promise<void> {
  await Promise.all(clips.map((clip) => save(clip.id)));
  const { unsaved } = useStore.getState().doc;
  const late = clips.find((clip) => unsaved[clip.id] !== undefined);
  if (late === undefined) return;
  const message = `The last change of “${titleOf(late)}” is not saved yet, so it would be missing.`;
  throw new Failure(0, "unsaved", message, "Try again when FORGE answers.");
}

/** Queues one export for each clip, project by project. */
async function start(clips: Clip[], choice: Choice): Promise<Job[]> {
  const byProject = new Map<string, string[]>();
  for (const clip of clips) {
    byProject.set(clip.project_id, [...(byProject.get(clip.project_id) ?? []), clip.id]);
  }
  const jobs: Job[] = [];
  for (const [projectId, ids] of byProject) {
    jobs.push(...(await exportClips(projectId, ids, choice.presets)));
  }
  changeServer((server) => jobs.reduce(withJob, server));
  return jobs;
}

function Choose({ clips, onStarted }: { clips: Clip[]; onStarted: (jobs: Job[]) => void }) {
  const [choice, setChoice] = useState(storedChoice);
  const [busy, setBusy] = useState(false);
  const [only] = clips.length === 1 ? clips : [];
  const [name, setName] = useState(only?.title ?? "");
  const burned = clips.filter((clip) => clip.captions.enabled).length;
  const mixed = burned > 0 && burned < clips.length;
  /** Null: each clip as it is. */
  const [captions, setCaptions] = useState(mixed ? null : burned > 0);
  const ids = { name: useId(), mixed: useId() };

  function change(fields: Partial<Choice>): void {
    const next = { ...choice, ...fields };
    keepChoice(next);
    setChoice(next);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      // The server exports what it has, so what was changed here has to be there first.
      const title = name.trim();
      if (only !== undefined && title !== "" && title !== only.title) {
        await editClip(only, { title });
      }
      for (const clip of clips) {
        if (captions !== null && clip.captions.enabled !== captions) {
          await editClip(clip, { captions: { ...clip.captions, enabled: captions } });
        }
      }
      await saved(clips);
      onStarted(await start(clips, choice));
    } catch (thrown) {
      complain(thrown);
      setBusy(false);
    }
  }

  return (
    <form className="choose" onSubmit={submit}>
      <fieldset className="choose-presets">
        <legend>Formats</legend>
        {PRESETS.map(({ preset, name: words, size, use, shape }) => (
          <label key={preset} className="option preset">
            <input
              type="checkbox"
              data-testid={`preset-${preset}`}
              checked={choice.presets.includes(preset)}
              onChange={() =>
                change({
                  presets: toggled(
                    PRESETS.map((one) => one.preset),
                    choice.presets,
                    preset,
                  ),
                })
              }
            />
            <Shape of={shape} />
            <span className="preset-words">
              <strong>
                {words} {preset !== "source" && <span className="muted">{preset.slice(0, 4)}</span>}
              </strong>
              <span className="muted tabular">{size}</span>
              <span className="muted">{use}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="switch">
        <input
          type="checkbox"
          data-testid="burn-captions"
          ref={(box) => {
            if (box !== null) box.indeterminate = captions === null;
          }}
          checked={captions ?? false}
          aria-describedby={captions === null ? ids.mixed : undefined}
          onChange={(event) => setCaptions(event.target.checked)}
        />
        Burn the captions into the video
      </label>
      {captions === null && (
        <p className="muted" id={ids.mixed}>
          {burned} of the {clips.length} clips have them. Each stays as it is, unless you choose.
        </p>
      )}
      <fieldset className="choose-kinds">
        <legend>
          Files for “Download all” <span className="muted">(all of them are made)</span>
        </legend>
        {KINDS.map(({ kind, name: words, use }) => (
          <label key={kind} className="switch" title={use}>
            <input
              type="checkbox"
              checked={choice.kinds.includes(kind)}
              onChange={() =>
                change({
                  kinds: toggled(
                    KINDS.map((one) => one.kind),
                    choice.kinds,
                    kind,
                  ),
                })
              }
            />
            {words} <span className="muted">{use}</span>
          </label>
        ))}
      </fieldset>
      {only !== undefined && (
        <div className="choose-name">
          <label htmlFor={ids.name}>Title, which goes into the names of the files</label>
          <input
            id={ids.name}
            className="field"
            data-testid="export-name"
            maxLength={200}
            value={name}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      )}
      <div className="dialog-actions">
        <p className="muted choose-sum" role="status">
          {choice.presets.length === 0
            ? "Choose at least one format."
            : sumWords(clips.length, choice.presets.length)}
        </p>
        <Button
          type="submit"
          tone="ember"
          data-testid="start-export"
          disabled={busy || choice.presets.length === 0 || clips.length === 0}
        >
          <Hammer /> {busy ? "Starting…" : "Export"}
        </Button>
      </div>
    </form>
  );
}

function sumWords(clips: number, formats: number): string {
  const videos = clips * formats;
  if (videos === 1) return "One video.";
  const each = formats > 1 && clips > 1 ? ` (${clips} clips in ${formats} formats)` : "";
  return `${videos} videos${each}.`;
}

function Queue({ ids, onClose }: { ids: string[]; onClose: () => void }) {
  const mine = useCallback((job: Job) => ids.includes(job.id), [ids]);
  const work = useExports(mine);
  return (
    <div className="stack queue">
      <ExportList
        title="Under way"
        jobs={[...work.running, ...work.waiting]}
        queued={work.waiting}
      />
      <ExportList title="Stopped" jobs={work.stopped} />
      <ExportList title="Ready" jobs={work.finished} />
      <div className="dialog-actions">
        <p className="muted choose-sum">
          You can close this: exports go on, and wait for you{" "}
          <a href={hrefTo({ page: "exports" })} onClick={onClose}>
            among all exports
          </a>
          .
        </p>
        <SaveAll jobs={work.finished} />
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}
