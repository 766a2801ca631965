import { Command, defaultFilter } from "cmdk";
import { Dialog as Radix } from "radix-ui";
import { useRef } from "react";
import type { Project } from "../api/types";
import { titleOf } from "../clip/titleOf";
import type { Route } from "../route/route";
import { go } from "../route/useRoute";
import { changeUi, useStore } from "../store/store";
import { clock, span } from "../ui/format";
import { keyWords } from "../ui/keyboard";
import { usePageActions } from "../ui/registry";
import { chooseTheme, THEME_WORDS } from "../ui/theme";

/** Finds by the words alone: an id in a value would match letters that nobody typed for it. */
function byWords(_value: string, search: string, words?: string[]): number {
  return defaultFilter((words ?? []).join(" "), search);
}

interface Entry {
  id: string;
  words: string;
  detail?: string;
  keys?: string | undefined;
  run: () => void;
}

const PAGES: [Route["page"] & ("library" | "jobs" | "exports"), string][] = [
  ["library", "Library: all projects"],
  ["jobs", "Work: all jobs"],
  ["exports", "Exports"],
];

/** Tells projects of one name apart. */
function lengthOf({ vods }: Project): string {
  const seconds = vods.reduce((sum, one) => sum + (one.duration ?? 0), 0);
  return seconds > 0 ? span(seconds) : "";
}

/** The palette: type a part of a name, and go there or do it. */
export function Palette({ route, onClose }: { route: Route; onClose: () => void }) {
  const before = useRef<Element | null>(null);
  const actions = usePageActions();
  const projects = useStore((store) => store.server.projects);
  const clips = useStore((store) => store.doc.clips);

  function choose(run: () => void): void {
    onClose();
    // After the closing palette has given the focus back, which it does one turn later: what is
    // run may put the focus elsewhere.
    setTimeout(() => setTimeout(run));
  }

  const pages = PAGES.map(([page, words]) => ({ id: page, words, run: () => go({ page }) }));
  const known = Object.values(projects)
    .sort((a, b) => b.created_at - a.created_at)
    .map((project) => ({
      id: project.id,
      words: project.title,
      detail: lengthOf(project),
      run: () => go({ page: "project", projectId: project.id, clipId: null }),
    }));
  const here = "projectId" in route ? route.projectId : null;
  const moments = Object.values(clips)
    .filter((clip) => clip.project_id === here)
    .sort((a, b) => b.score - a.score)
    .map((clip) => ({
      id: clip.id,
      words: titleOf(clip),
      detail: clock(clip.start),
      run: () => go({ page: "project", projectId: clip.project_id, clipId: clip.id }),
    }));
  const settings: Entry[] = [
    ...(["auto", "dark", "light"] as const).map((theme) => ({
      id: `theme-${theme}`,
      words: `Theme: ${THEME_WORDS[theme]}`,
      run: () => chooseTheme(theme),
    })),
    {
      id: "help",
      words: "Show all keys",
      keys: "?",
      run: () => changeUi((ui) => ({ ...ui, helpOpen: true })),
    },
  ];
  const groups: [string, Entry[]][] = [
    ...actions.map(([scope, list]): [string, Entry[]] => [scope, [...list]]),
    ["Moments", moments],
    ["Projects", known],
    ["Pages", pages],
    ["Studio", settings],
  ];

  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="dialog-shade" />
        <Radix.Content
          className="palette"
          aria-describedby={undefined}
          data-testid="palette"
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          <Radix.Title className="visually-hidden">Find</Radix.Title>
          <Command label="Find" filter={byWords} loop>
            <Command.Input
              className="palette-input"
              placeholder="Find a project, a moment or an action…"
              data-testid="palette-input"
            />
            <Command.List className="palette-list" label="Found">
              <Command.Empty className="palette-empty">
                Nothing has this name. Clips are found on the page of their project.
              </Command.Empty>
              {groups.map(
                ([heading, entries]) =>
                  entries.length > 0 && (
                    <Command.Group key={heading} heading={heading}>
                      {entries.map((entry) => (
                        <Command.Item
                          key={entry.id}
                          value={`${heading} ${entry.id}`}
                          keywords={[entry.words]}
                          onSelect={() => choose(entry.run)}
                        >
                          <span className="clip-text">{entry.words}</span>
                          {entry.detail !== undefined && (
                            <span className="muted tabular">{entry.detail}</span>
                          )}
                          {entry.keys !== undefined && <kbd>{keyWords(entry.keys)}</kbd>}
                        </Command.Item>
                      ))}
                    </Command.Group>
                  ),
              )}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
