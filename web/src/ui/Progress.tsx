import { percent } from "./format";

interface Props {
  label: string;
  /** 0 to 100, or null while there is no telling. */
  value: number | null;
  idle?: boolean;
}

/** A bar that glows at its working end. */
export function Progress({ label, value, idle = false }: Props) {
  const known = value !== null;
  const width = known ? Math.min(100, Math.max(0, value)) : 100;
  return (
    <div
      className={`progress ${known ? "" : "progress-unknown"} ${idle ? "progress-idle" : ""}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.floor(width) : undefined}
      aria-valuetext={known ? percent(width) : "under way"}
    >
      <div className="progress-fill" style={{ width: `${width}%` }} />
    </div>
  );
}
