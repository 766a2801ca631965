import { DropdownMenu, ToggleGroup } from "radix-ui";
import { useEffect, useMemo } from "react";
import type { Clip } from "../api/types";
import { Down } from "../player/icons";
import { Button } from "../ui/Button";
import { registerActions } from "../ui/registry";
import {
  type Choosing,
  counts,
  EVERYTHING,
  type LengthFilter,
  type Order,
  type StateFilter,
} from "./choosing";
import { keepBest } from "./marking";

/** How many of the best are kept at one go. */
const BEST = [3, 5, 10];
const STATES: Record<StateFilter, string> = {
  all: "All",
  open: "Open",
  kept: "Kept",
  skipped: "Skipped",
};
const LENGTHS: Record<LengthFilter, string> = {
  any: "Any length",
  short: "Below 20 s",
  middle: "20 to 40 s",
  long: "40 s and longer",
};
const ORDERS: Record<Order, string> = {
  score: "Best first",
  time: "In the recording's order",
  longest: "Longest first",
};

interface Props {
  all: readonly Clip[];
  choosing: Choosing;
  onChoosing: (choosing: Choosing) => void;
}

/** Which moments are listed: by mark, and in a menu by length and order; there the best are kept. */
export function MomentFilter({ all, choosing, onChoosing }: Props) {
  const found = useMemo(() => counts(all), [all]);
  const sizes = useMemo(
    () => BEST.filter((size) => found.open > 0 && size <= found.open + found.kept),
    [found],
  );
  useEffect(() => {
    const one = (size: number) => ({
      id: `keep-best-${size}`,
      words: `Keep the best ${size}`,
      run: () => keepBest(all, size),
    });
    return registerActions("Moments", sizes.map(one));
  }, [all, sizes]);
  const plain = choosing.length === EVERYTHING.length && choosing.order === EVERYTHING.order;
  return (
    <div className="moment-filter">
      <ToggleGroup.Root
        className="toggles"
        type="single"
        aria-label="Which moments"
        value={choosing.state}
        onValueChange={(state) => {
          if (state !== "") onChoosing({ ...choosing, state: state as StateFilter });
        }}
      >
        {(Object.keys(STATES) as StateFilter[]).map((state) => (
          <ToggleGroup.Item key={state} className="toggle" value={state}>
            {STATES[state]} <span className="tabular">{found[state]}</span>
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button
            tone="quiet"
            pressed={!plain}
            aria-label="Order, length, keep the best"
            title="Order, length, keep the best"
            data-testid="sort-button"
          >
            <Down />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
            <Choice
              label="Order"
              words={ORDERS}
              value={choosing.order}
              onValue={(order) => onChoosing({ ...choosing, order })}
            />
            <DropdownMenu.Separator className="menu-line" />
            <Choice
              label="Length"
              words={LENGTHS}
              value={choosing.length}
              onValue={(length) => onChoosing({ ...choosing, length })}
            />
            {sizes.length > 0 && (
              <DropdownMenu.Group>
                <DropdownMenu.Separator className="menu-line" />
                <DropdownMenu.Label className="menu-label">Keep</DropdownMenu.Label>
                {sizes.map((size) => (
                  <DropdownMenu.Item
                    key={size}
                    className="menu-item"
                    data-testid={`keep-best-${size}`}
                    onSelect={() => keepBest(all, size)}
                  >
                    The best {size}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Group>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  words: Record<T, string>;
  value: T;
  onValue: (value: T) => void;
}

function Choice<T extends string>({ label, words, value, onValue }: ChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onValue(next as T)}>
      <DropdownMenu.Label className="menu-label">{label}</DropdownMenu.Label>
      {(Object.keys(words) as T[]).map((name) => (
        <DropdownMenu.RadioItem key={name} className="menu-item" value={name}>
          {words[name]}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
