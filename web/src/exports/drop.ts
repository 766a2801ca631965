import { deleteJob } from "../api/client";
import type { Job } from "../api/types";
import { deleteLater } from "../live/acting";
import { withoutJob } from "../store/server";
import { changeServer } from "../store/store";
import { clipOf } from "./files";

/** Deletes an export with its files, unless that is undone; the clip stays. */
export function dropExport(job: Job): void {
  const words = `The export “${clipOf(job).title}” and its files are deleted.`;
  deleteLater(job.id, words, deleteJob, (id) => changeServer((server) => withoutJob(server, id)));
}
