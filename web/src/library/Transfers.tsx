import { useShallow } from "zustand/react/shallow";
import { useStore } from "../store/store";
import { TransferRow } from "./TransferRow";

/** What is on its way in: all of it, or what goes into one project. Nothing while there is none. */
export function Transfers({ into }: { into?: string }) {
  const shown = useStore(
    useShallow((store) =>
      store.ui.transfers.filter((one) => into === undefined || one.into === into),
    ),
  );
  if (shown.length === 0) return null;
  return (
    <ul className="stack transfers" aria-label="On the way in">
      {shown.map((transfer) => (
        <TransferRow key={transfer.id} transfer={transfer} />
      ))}
    </ul>
  );
}
