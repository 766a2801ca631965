/**
 * The values that the server sends, under the names that the studio uses. They are generated from
 * the server's own description (`npm run types` after `openapi.json` has changed).
 *
 * Times are seconds from the start of the source, rectangles are fractions of the frame, moments
 * (`created_at`, `updated_at`) are Unix seconds, `progress` is 0 to 100.
 */
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

/** Fields with a default need not be sent to the server, but always come from it. */
type Always<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;

export type ErrorDetail = Schemas["ErrorDetail"];
export type WordEdit = Schemas["WordEdit"];
export type Captions = Always<Schemas["Captions"], "colours" | "words">;
export type Clip = Omit<Schemas["Clip"], "captions"> & { captions: Captions };
export type Layout = Clip["layout"];
export type Rect = Schemas["Rect"];
export type Zone = Schemas["Zone"];
export type Keyframe = Schemas["Keyframe"];
export type Cut = Schemas["Cut"];
/** Formats of an export, in the order in which they are offered. */
export const PRESETS = ["9:16", "9:16-60", "1:1", "4:5", "16:9", "source"] as const;
export type Preset = (typeof PRESETS)[number];
export type ClipState = Clip["state"];
export type StepRow = Always<Schemas["StepRow"], "artifacts">;
export type StepStatus = StepRow["status"];
export type Vod = Always<Schemas["Vod"], "artifacts" | "speakers">;
export type Project = Omit<Schemas["Project"], "vods"> & { vods: Vod[] };
export type Job = Omit<Schemas["Job"], "steps"> & { steps: StepRow[] };

/** The fields of a clip that a person may change; the others stay as they are. */
export type ClipEdit = Partial<
  Pick<
    Clip,
    | "state"
    | "title"
    | "start"
    | "end"
    | "zones"
    | "layout"
    | "pip"
    | "keyframes"
    | "captions"
    | "cuts"
  >
>;

export type System = operations["get_get_system"]["responses"][200]["content"]["application/json"];

/**
 * The files of an export: the video, its words as subtitles when there are any, and the cut list
 * for other editors. Subtitles differ by format, the cut list does not.
 */
export type ExportKind = "mp4" | "srt" | "vtt" | "otio" | "fcpxml";
