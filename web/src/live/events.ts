import type { ErrorDetail, Job, StepRow } from "../api/types";

/** What the server tells over the WebSocket. `seq` rises with every event that is not progress. */
export type LiveEvent =
  | { type: "HELLO"; seq: number }
  | { type: "RESYNC"; seq: number }
  | { type: "JOB_CREATED" | "JOB_CHANGED"; seq: number; job: Job }
  | { type: "STEP_CHANGED"; seq: number; job_id: string; step: StepRow }
  | {
      type: "JOB_PROGRESS";
      seq: number;
      id: string;
      progress: number;
      step: string | null;
      speed: number | null;
      step_progress: number | null;
      eta: number | null;
      total_eta: number | null;
    }
  | { type: "JOB_COMPLETED"; seq: number; id: string; result: Record<string, unknown> | null }
  | { type: "JOB_FAILED"; seq: number; id: string; error: ErrorDetail }
  | { type: "JOB_CANCELLED" | "JOB_DELETED"; seq: number; id: string }
  | { type: "CLIP_CHANGED"; seq: number; id: string; rev: number; project_id: string }
  | { type: "PROJECT_CHANGED" | "PROJECT_DELETED"; seq: number; id: string };

/** The fields that each kind of event must carry, with their types; `seq` goes without saying. */
const REQUIRED: Record<LiveEvent["type"], Record<string, "string" | "number" | "object">> = {
  HELLO: {},
  RESYNC: {},
  JOB_CREATED: { job: "object" },
  JOB_CHANGED: { job: "object" },
  STEP_CHANGED: { job_id: "string", step: "object" },
  JOB_PROGRESS: { id: "string", progress: "number" },
  JOB_COMPLETED: { id: "string" },
  JOB_FAILED: { id: "string", error: "object" },
  JOB_CANCELLED: { id: "string" },
  JOB_DELETED: { id: "string" },
  CLIP_CHANGED: { id: "string", rev: "number", project_id: "string" },
  PROJECT_CHANGED: { id: "string" },
  PROJECT_DELETED: { id: "string" },
};

/**
 * One message as an event, or null when it is not one that this studio knows: a newer server may
 * tell more than an older page understands, and a page must not fall over that.
 */
export function parseEvent(message: string): LiveEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Record<string, unknown>;
  const type = fields["type"];
  if (typeof type !== "string" || !Object.hasOwn(REQUIRED, type)) return null;
  if (typeof fields["seq"] !== "number") return null;
  const required = REQUIRED[type as LiveEvent["type"]];
  for (const [name, kind] of Object.entries(required)) {
    const field = fields[name];
    if (typeof field !== kind || field === null) return null;
  }
  return value as LiveEvent;
}
