import type { StepStatus } from "../api/types";
import { Cross, Dash, Hourglass, Tick, Warning } from "./icons";

/** How a step stands, as a sign; what it says has to stand beside it in words. */
export function StepIcon({ status }: { status: StepStatus }) {
  switch (status) {
    case "completed":
      return <Tick />;
    case "failed":
      return <Warning />;
    case "skipped":
      return <Dash />;
    case "cancelled":
      return <Cross />;
    case "pending":
      return <Hourglass />;
    case "processing":
      return <span className="spark" aria-hidden="true" />;
  }
}
