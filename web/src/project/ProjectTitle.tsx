import { useEffect } from "react";
import type { Project } from "../api/types";
import { Pencil } from "../player/icons";
import { Button } from "../ui/Button";
import { dialogIsOpen } from "../ui/Dialog";
import { isTyping } from "../ui/keyboard";
import { NameField } from "../ui/NameField";
import { registerActions, registerShortcuts } from "../ui/registry";
import { TITLE_LIMIT, useRename } from "./useRename";

const SHORTCUT = { keys: "F2", words: "Rename this project" };

/** The title of the project in sight, which can be changed where it stands. */
export function ProjectTitle({ project }: { project: Project }) {
  const { naming, place, start, finish, title } = useRename<HTMLButtonElement>(project);
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.key === "F2" && !isTyping(event.target) && !dialogIsOpen()) start();
    }
    window.addEventListener("keydown", listen);
    const ends = [
      registerActions("This project", [{ id: "rename", ...SHORTCUT, run: start }]),
      registerShortcuts("This project", [SHORTCUT]),
      () => window.removeEventListener("keydown", listen),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [start]);

  if (naming) {
    return (
      <NameField
        name={title}
        label="The project's name"
        maxLength={TITLE_LIMIT}
        className="title-field"
        onDone={finish}
      />
    );
  }
  return (
    <div className="title">
      <h1 className="clip-text" title={title} onDoubleClick={start}>
        {title}
      </h1>
      <Button
        ref={place}
        tone="quiet"
        className="title-rename"
        aria-label="Rename this project"
        title="Rename (F2)"
        data-testid="rename-button"
        onClick={start}
      >
        <Pencil />
      </Button>
    </div>
  );
}
