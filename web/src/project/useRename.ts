import { useState } from "react";
import { renameProject } from "../api/client";
import type { Project } from "../api/types";
import { withProject } from "../store/server";
import { changeServer, complain } from "../store/store";
import { useNaming } from "../ui/NameField";

/** As long as the server allows. */
export const TITLE_LIMIT = 200;

/** Renaming a project where its title stands. `title` is the new one while it is on its way. */
export function useRename<E extends HTMLElement>(project: Project) {
  const [sent, setSent] = useState<string | null>(null);
  const naming = useNaming<E>((typed) => {
    if (typed !== "" && typed !== project.title) void send(typed);
  });

  async function send(title: string): Promise<void> {
    setSent(title);
    try {
      const renamed = await renameProject(project.id, title);
      changeServer((server) => withProject(server, renamed));
    } catch (thrown) {
      complain(thrown);
    } finally {
      setSent(null);
    }
  }

  return { ...naming, title: sent ?? project.title };
}
