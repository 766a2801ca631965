import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { Button } from "./Button";
import { Cross } from "./icons";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** For dialogs that hold more than a question. */
  wide?: boolean;
  testId?: string;
}

/** Whether a modal dialog is open, which then owns the keyboard. */
export function dialogIsOpen(): boolean {
  return document.querySelector("[role=dialog][data-state=open], dialog[open]") !== null;
}

/** A modal dialog, open while it is mounted. Escape, the cross and a press beside it close it. */
export function Dialog({ title, onClose, children, wide = false, testId }: Props) {
  // Without a trigger of its own, the dialog would leave the focus nowhere when it closes.
  const before = useRef<Element | null>(null);
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="dialog-shade" />
        <Radix.Content
          className={`dialog ${wide ? "dialog-wide" : ""}`}
          aria-describedby={undefined}
          data-testid={testId}
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          <header className="dialog-head">
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <Radix.Close asChild>
              <Button tone="quiet" aria-label="Close">
                <Cross />
              </Button>
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
