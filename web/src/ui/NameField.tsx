import { type Ref, useCallback, useEffect, useRef, useState } from "react";

interface Props {
  name: string;
  /** What is being named, for screen readers. */
  label: string;
  placeholder?: string;
  maxLength: number;
  className?: string;
  /** Told once: what was typed, or null when it was given up; and whether by a key. */
  onDone: (typed: string | null, byKey: boolean) => void;
}

/** A name being typed where it stands. Enter and leaving the field keep it, Escape gives it up. */
export function NameField({ name, label, placeholder, maxLength, className, onDone }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => field.current?.select(), []);

  function finish(keep: boolean, byKey: boolean): void {
    if (done.current) return; // Enter, and then the blur that follows it.
    done.current = true;
    onDone(keep ? (field.current?.value.trim() ?? "") : null, byKey);
  }

  return (
    <input
      ref={field}
      className={`field ${className ?? ""}`}
      aria-label={label}
      dir="auto"
      placeholder={placeholder}
      defaultValue={name}
      maxLength={maxLength}
      spellCheck={false}
      autoComplete="off"
      onBlur={() => finish(true, false)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) finish(true, true);
        if (event.key === "Escape") finish(false, true);
      }}
    />
  );
}

interface Naming<E> {
  naming: boolean;
  /** What has the focus again when a key ends the naming. */
  place: Ref<E>;
  start: () => void;
  finish: (typed: string | null, byKey: boolean) => void;
}

/** Naming something in its place: `onName` hears what was typed, unless it was given up. */
export function useNaming<E extends HTMLElement>(onName: (typed: string) => void): Naming<E> {
  const [naming, setNaming] = useState(false);
  const place = useRef<E>(null);
  const byKey = useRef(false);
  const start = useCallback(() => setNaming(true), []);
  useEffect(() => {
    if (!naming && byKey.current) place.current?.focus();
    byKey.current = false;
  }, [naming]);
  return {
    naming,
    place,
    start,
    finish(typed, withKey) {
      byKey.current = withKey;
      setNaming(false);
      if (typed !== null) onName(typed);
    },
  };
}
