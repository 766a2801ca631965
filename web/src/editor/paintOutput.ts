import type { Panel, Size } from "./geometry";

/** As in `forge/layout/graph.py`: a backdrop is made at a sixteenth of its size, soft and dark. */
const SMALL = 16;
const FILTER = "blur(2px) brightness(0.45) saturate(0.8)";

let small: HTMLCanvasElement | null = null;

/**
 * Paints the panels of an output onto a canvas, out of the picture that a video shows now.
 * `source` is the size in which the panels' crops are given: the video may be a smaller preview.
 */
export function paintOutput(
  canvas: HTMLCanvasElement,
  video: HTMLVideoElement,
  panels: readonly Panel[],
  source: Size,
  output: Size,
): void {
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null || video.videoWidth === 0 || video.readyState < 2) return;
  const sx = video.videoWidth / source.width;
  const sy = video.videoHeight / source.height;
  const scale = canvas.width / output.width;
  context.imageSmoothingQuality = "high";
  for (const panel of panels) {
    const { crop } = panel;
    const from = [crop.x * sx, crop.y * sy, crop.w * sx, crop.h * sy] as const;
    const onto = [panel.x, panel.y, panel.width, panel.height].map((side) => side * scale);
    const [x = 0, y = 0, w = 0, h = 0] = onto;
    if (!panel.blurred) {
      context.drawImage(video, ...from, x, y, w, h);
      continue;
    }
    small ??= document.createElement("canvas");
    small.width = Math.max(4, Math.round(panel.width / SMALL));
    small.height = Math.max(4, Math.round(panel.height / SMALL));
    const soft = small.getContext("2d", { alpha: false });
    if (soft === null) continue;
    soft.filter = FILTER;
    // Drawn over its edges, so that the blur has something to take in there.
    soft.drawImage(video, ...from, -3, -3, small.width + 6, small.height + 6);
    context.drawImage(small, x, y, w, h);
  }
}
