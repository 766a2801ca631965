import { deleteProject } from "../api/client";
import type { Project } from "../api/types";
import { deleteLater } from "../live/acting";
import { withoutProject } from "../store/server";
import { changeServer } from "../store/store";

/** Deletes a project, its analysis, moments and exports, unless that is undone in time. */
export function removeProject(project: Project, busy: boolean): void {
  const also = busy ? " Its work is stopped then." : "";
  deleteLater(
    project.id,
    `“${project.title}” is deleted, with its moments and exports.${also}`,
    deleteProject,
    (id) => changeServer((server) => withoutProject(server, id)),
  );
}
