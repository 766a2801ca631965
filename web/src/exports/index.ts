import { changeUi } from "../store/store";

/** Opens the export dialog for these clips. Does nothing without a clip. */
export function openExport(clipIds: string[]): void {
  if (clipIds.length === 0) return;
  changeUi((ui) => ({ ...ui, exporting: [...clipIds] }));
}
