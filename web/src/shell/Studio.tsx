import { lazy, Suspense, useEffect, useRef } from "react";
import { DropAnywhere } from "../library/DropAnywhere";
import { LibraryPage } from "../library/LibraryPage";
import { WebSocketProvider } from "../live/WebSocketProvider";
import type { Route } from "../route/route";
import { useRoute } from "../route/useRoute";
import { openHistory } from "../store/history";
import { announce, changeUi, useStore } from "../store/store";
import { Notices } from "../ui/Notices";
import { Away } from "./Connection";
import { ErrorBoundary } from "./ErrorBoundary";
import { Topbar } from "./Topbar";
import { useGlobalKeys } from "./useGlobalKeys";
import { useUndoKeys } from "./useUndoKeys";

// The library is what most visits start with; all else is fetched when it is first shown.
const ProjectPage = lazy(async () => ({
  default: (await import("../project/ProjectPage")).ProjectPage,
}));
const EditorPage = lazy(async () => ({
  default: (await import("../editor/EditorPage")).EditorPage,
}));
const ClashDialog = lazy(async () => ({
  default: (await import("../editor/ClashDialog")).ClashDialog,
}));
const JobsPage = lazy(async () => ({ default: (await import("../live/JobsPage")).JobsPage }));
const ExportsPage = lazy(async () => ({
  default: (await import("../exports/ExportsPage")).ExportsPage,
}));
const ExportDialog = lazy(async () => ({
  default: (await import("../exports/ExportDialog")).ExportDialog,
}));
const Palette = lazy(async () => ({ default: (await import("./Palette")).Palette }));
const Help = lazy(async () => ({ default: (await import("./Help")).Help }));

/** The studio behind the door: needs an open session. */
export function Studio() {
  const route = useRoute();
  const exporting = useStore((store) => store.ui.exporting);
  const helpOpen = useStore((store) => store.ui.helpOpen);
  const paletteOpen = useStore((store) => store.ui.paletteOpen);
  const main = useRef<HTMLElement>(null);
  const clash = useStore((store) => store.doc.clash !== null);
  useGlobalKeys();
  useEffect(() => void openHistory(), []);
  useUndoKeys(route.page === "project" ? route.projectId : null);
  const place = placeOf(route);
  useTitle(route);
  useFocusOnArrival(place, main);
  return (
    <WebSocketProvider>
      <Topbar route={route} onSkip={() => main.current?.focus()} />
      <Away />
      <main ref={main} tabIndex={-1}>
        <ErrorBoundary key={place}>
          <Suspense fallback={<p className="page muted opening">Opening…</p>}>
            <Page route={route} />
          </Suspense>
        </ErrorBoundary>
      </main>
      <DropAnywhere
        onDropped={() => {
          if (route.page === "library" || useStore.getState().ui.addingTo !== null) return;
          announce("On the way in. The library shows how far it is.");
        }}
      />
      <Notices />
      <ErrorBoundary key={`over ${place}`}>
        <Suspense>
          {clash && <ClashDialog />}
          {helpOpen && <Help onClose={() => changeUi((ui) => ({ ...ui, helpOpen: false }))} />}
          {paletteOpen && (
            <Palette
              route={route}
              onClose={() => changeUi((ui) => ({ ...ui, paletteOpen: false }))}
            />
          )}
          {exporting !== null && (
            <ExportDialog
              clipIds={exporting}
              onClose={() => changeUi((ui) => ({ ...ui, exporting: null }))}
            />
          )}
        </Suspense>
      </ErrorBoundary>
    </WebSocketProvider>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "library":
      return <LibraryPage />;
    case "jobs":
      return <JobsPage />;
    case "exports":
      return <ExportsPage />;
    case "editor":
      return <EditorPage key={route.clipId} projectId={route.projectId} clipId={route.clipId} />;
    case "project":
      return (
        <ProjectPage key={route.projectId} projectId={route.projectId} clipId={route.clipId} />
      );
  }
}

/** What counts as one page: choosing another moment of a project stays on the same. */
function placeOf(route: Route): string {
  if (route.page === "editor") return `editor ${route.clipId}`;
  return route.page === "project" ? `project ${route.projectId}` : route.page;
}

const TITLES = { library: "Library", jobs: "Work", exports: "Exports" } as const;

function useTitle(route: Route): void {
  const projectId = "projectId" in route ? route.projectId : "";
  const project = useStore((store) => store.server.projects[projectId]?.title);
  const words = "projectId" in route ? (project ?? "Project") : TITLES[route.page];
  useEffect(() => {
    document.title = `${words} · FORGE`;
  }, [words]);
}

/** Puts the focus on a new page, so that keys and screen readers start there and not before it. */
function useFocusOnArrival(place: string, main: React.RefObject<HTMLElement | null>): void {
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place is what this waits for.
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [place, main]);
}
