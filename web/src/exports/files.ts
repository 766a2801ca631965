import { exportUrl } from "../api/client";
import type { ExportKind, Job, Preset } from "../api/types";
import { span } from "../ui/format";

/** One file of a finished export. */
export interface ExportFile {
  kind: ExportKind;
  /** The format it is of; the cut lists are of the whole export and name its first. */
  preset: Preset;
  /** Its whole name, as a person keeps it. */
  name: string;
  url: string;
}

/** What a finished export is like. */
export interface ExportFacts {
  /** Seconds. */
  duration: number | null;
  /** LUFS; null when nothing is heard. */
  loudness: number | null;
  captions: boolean;
  /** Letters that were burned as empty boxes, because no caption font has them. */
  missing: string;
}

const EACH: ExportKind[] = ["mp4", "srt", "vtt"];
const WHOLE: ExportKind[] = ["otio", "fcpxml"];

/** The formats of an export, the first of them first. Old exports have one, and no list. */
export function presetsOf(job: Job): Preset[] {
  const several = job.payload["presets"];
  if (Array.isArray(several) && several.length > 0) return several as Preset[];
  const one = job.payload["preset"];
  return [typeof one === "string" ? (one as Preset) : "9:16"];
}

/** What a person calls an export: its file's name without a suffix. */
export function nameOf(job: Job, preset?: Preset): string {
  const names = job.payload["names"] as Record<string, unknown> | undefined;
  const own = preset === undefined ? undefined : names?.[preset];
  const name = own ?? job.payload["name"];
  return typeof name === "string" ? name : "clip";
}

/** What of its clip an export was made of: the title and the place that it had then. */
export function clipOf(job: Job): { title: string; start: number | null } {
  const params = job.payload["params"] as
    | { render?: { clip?: Record<string, unknown> } }
    | undefined;
  const { title, start } = params?.render?.clip ?? {};
  return {
    title: typeof title === "string" && title !== "" ? title : nameOf(job),
    start: typeof start === "number" ? start : null,
  };
}

/**
 * The artifact that holds a file: the first format's files have plain names, whatever it is, the
 * others say which they are. The same rule as `forge/exports/files.py`.
 */
function artifactOf(kind: ExportKind, preset: Preset, first: boolean): string {
  return first ? `clip.${kind}` : `clip-${preset.replace(":", "x")}.${kind}`;
}

/** All files of a finished export, by format; none of one that is not finished. */
export function filesOf(job: Job): ExportFile[] {
  const made = job.steps.find((step) => step.name === "render")?.artifacts;
  if (job.status !== "completed" || made === undefined) return [];
  const presets = presetsOf(job);
  return presets.flatMap((preset, place) =>
    [...EACH, ...(place === 0 ? WHOLE : [])]
      .filter((kind) => made[artifactOf(kind, preset, place === 0)] !== undefined)
      .map((kind) => ({
        kind,
        preset,
        name: `${nameOf(job, preset)}.${kind}`,
        url: exportUrl(job.id, kind, preset),
      })),
  );
}

/** What a finished export is like; null before. */
export function factsOf(job: Job): ExportFacts | null {
  if (job.status !== "completed") return null;
  // A job's result holds one object for each of its steps.
  const facts = (job.result?.["render"] ?? {}) as Record<string, unknown>;
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  return {
    duration: number(facts["duration"]),
    loudness: number(facts["loudness"]),
    captions: facts["captions"] === true,
    missing: typeof facts["missing_letters"] === "string" ? facts["missing_letters"] : "",
  };
}

/** The same in words, for a line below its name. */
export function factWords({ duration, loudness, captions, missing }: ExportFacts): string[] {
  return [
    duration === null ? "" : span(duration),
    loudness === null ? "" : `${loudness.toFixed(1).replace("-", "−")} LUFS`,
    captions ? "captions burned in" : "no captions",
    missing === "" ? "" : `no caption font has “${missing}”: boxes are shown`,
  ].filter((words) => words !== "");
}

/**
 * Saves files one after another, as if each link had been pressed. A browser may ask once whether
 * a page may save several.
 */
export async function saveAll(files: readonly ExportFile[]): Promise<void> {
  for (const file of files) {
    const link = document.createElement("a");
    link.href = `${file.url}&download=true`;
    link.download = file.name;
    link.click();
    // Presses in one breath count as one, and only the last file would come.
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
