import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button";
import { Cross } from "./icons";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog, open while it is mounted. Escape and the cross close it. */
export function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} className="dialog" aria-labelledby={heading} onCancel={onClose}>
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <Button tone="quiet" aria-label="Close" onClick={onClose}>
          <Cross />
        </Button>
      </header>
      {children}
    </dialog>
  );
}
