import { useRef } from "react";
import { Down, Up } from "../player/icons";
import { Button } from "../ui/Button";
import { Find } from "../ui/icons";

interface Props {
  query: string;
  count: number;
  current: number;
  onQuery: (query: string) => void;
  onStep: (step: 1 | -1) => void;
}

/** Looks for words: as one types; Enter goes on, Shift+Enter back, Escape empties the field. */
export function SearchBar({ query, count, current, onQuery, onStep }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const found = count === 0 ? "not said" : `${current + 1} of ${count}`;
  return (
    <search className="search">
      <Find />
      <input
        ref={field}
        className="search-field"
        type="text"
        placeholder="Search what was said"
        aria-label="Search what was said"
        data-testid="search"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
          if (event.key !== "Escape") return;
          onQuery("");
          field.current?.blur();
        }}
      />
      {query.trim() !== "" && (
        <output className="search-count muted tabular" data-testid="search-count">
          {found}
        </output>
      )}
      <Button
        tone="quiet"
        aria-label="The match before"
        disabled={count === 0}
        onClick={() => onStep(-1)}
      >
        <Up />
      </Button>
      <Button
        tone="quiet"
        aria-label="The next match"
        disabled={count === 0}
        onClick={() => onStep(1)}
      >
        <Down />
      </Button>
    </search>
  );
}
