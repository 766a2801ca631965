import { useEffect, useRef } from "react";
import type { Project } from "../api/types";
import { DropZone } from "../library/DropZone";
import { PathImport } from "../library/PathImport";
import { Transfers } from "../library/Transfers";
import { changeUi, useStore } from "../store/store";
import { Dialog } from "../ui/Dialog";

interface Props {
  project: Project;
  onClose: () => void;
  /** A recording came in: its id. */
  onAdded: (vodId: string) => void;
}

/** Takes another recording into a project, by the ways that the library has. Closes when it is in. */
export function AddRecording({ project, onClose, onAdded }: Props) {
  const { id, title, vods } = project;
  useEffect(() => {
    changeUi((ui) => ({ ...ui, addingTo: id }));
    return () => changeUi((ui) => ({ ...ui, addingTo: null }));
  }, [id]);
  const known = useRef(vods.length);
  const newest = vods.at(-1)?.id;
  useEffect(() => {
    if (newest === undefined || vods.length <= known.current) return;
    known.current = vods.length;
    onAdded(newest);
  }, [vods.length, newest, onAdded]);
  return (
    <Dialog title={`Add a recording to “${title}”`} onClose={onClose} testId="add-recording">
      <div className="add-recording">
        <p className="muted">
          Another part of the same stream, say. It is analysed by itself and keeps its own moments.
        </p>
        <DropZone large={false} />
        <PathImport />
        <Transfers into={id} />
      </div>
    </Dialog>
  );
}

/** What is on its way into a project, while its dialog is closed. */
export function Arriving({ projectId }: { projectId: string }) {
  const open = useStore((store) => store.ui.addingTo !== null);
  return open ? null : <Transfers into={projectId} />;
}
