import type { Clip } from "../api/types";

const LABELS = { gameplay: "Game", facecam: "Facecam" } as const;

function share(fraction: number): string {
  return `${(100 * fraction).toFixed(3)}%`;
}

/** Shows, over the preview, which parts of the picture the vertical clip keeps. */
export function CropFrame({ clip }: { clip: Clip }) {
  const alone = clip.zones.length === 1;
  return (
    <div className="crop" aria-hidden="true">
      {clip.zones.map(({ kind, rect }) => (
        <div
          key={kind}
          className={`crop-zone crop-${kind} ${alone ? "crop-alone" : ""}`}
          style={{
            left: share(rect.x),
            top: share(rect.y),
            width: share(rect.w),
            height: share(rect.h),
          }}
        >
          {!alone && <span>{LABELS[kind]}</span>}
        </div>
      ))}
    </div>
  );
}
