export { CaptionOverlay } from "./CaptionOverlay";
export { CaptionPanel } from "./CaptionPanel";
export type { CaptionLayout, CaptionWarning, ClipWord, DrawnCue, DrawnWord } from "./layout";
export { useCaptionLayout } from "./useCaptionLayout";
