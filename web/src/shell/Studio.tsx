import { LibraryPage } from "../library/LibraryPage";
import { WebSocketProvider } from "../live/WebSocketProvider";
import { Help } from "../project/Help";
import { ProjectPage } from "../project/ProjectPage";
import { useShortcuts } from "../project/useShortcuts";
import { useRoute } from "../route/useRoute";
import { changeUi, useStore } from "../store/store";
import { Notices } from "../ui/Notices";
import { Topbar } from "./Topbar";

/** The studio behind the door: needs an open session. */
export function Studio() {
  const route = useRoute();
  const helpOpen = useStore((store) => store.ui.helpOpen);
  useShortcuts((command) => {
    if (command !== "help") return false;
    changeUi((ui) => ({ ...ui, helpOpen: true }));
    return true;
  });
  return (
    <WebSocketProvider>
      <Topbar route={route} />
      <main>
        {route.page === "library" ? (
          <LibraryPage />
        ) : (
          <ProjectPage key={route.projectId} projectId={route.projectId} clipId={route.clipId} />
        )}
      </main>
      <Notices />
      {helpOpen && <Help onClose={() => changeUi((ui) => ({ ...ui, helpOpen: false }))} />}
    </WebSocketProvider>
  );
}
