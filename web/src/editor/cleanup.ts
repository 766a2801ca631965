import { cutAt, type Span, spanOfWords, type Word } from "./spans";

/** Something that could be left out, for a person to say so. */
export interface Suggestion extends Span {
  id: string;
  kind: "silence" | "filler";
  /** What is said there: "um"; empty for a silence. */
  text: string;
  /** Whether it is what it looks like almost always: only such ones are accepted all at once. */
  sure: boolean;
}

/** The shortest pause that is suggested, and what is left of it at each side, in seconds. */
const SILENCE = 0.6;
const KEEP = 0.15;

const SURE = new Set([
  "um",
  "umm",
  "uh",
  "uhh",
  "er",
  "erm",
  "uhm",
  "hmm",
  "mm",
  "mhm",
  "ah",
  "eh",
]);
/** Words that fill only where a speaker sets them off. */
const DOUBTFUL = new Set(["like", "basically", "literally", "actually"]);
/** A pause that sets a word off, in seconds. */
const SET_OFF = 0.12;

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}']/gu, "");

/** Pauses and fillers inside a clip that are not cut yet, in order. `words` are the clip's. */
export function suggestions(
  clip: Span & { cuts: readonly Span[] },
  words: readonly Word[],
): Suggestion[] {
  const found = [...silences(clip, words), ...fillers(words)];
  return found
    .map((one) => ({
      ...one,
      start: Math.max(one.start, clip.start),
      end: Math.min(one.end, clip.end),
    }))
    .filter((one) => one.end > one.start)
    .filter((one) => cutAt(clip.cuts, (one.start + one.end) / 2) === undefined)
    .sort((a, b) => a.start - b.start);
}

function silences(clip: Span, words: readonly Word[]): Suggestion[] {
  // Where nobody speaks at all, there is nothing to tell silence from action.
  if (words.length === 0) return [];
  const found: Suggestion[] = [];
  let here = clip.start;
  for (const next of [...words, null]) {
    const until = next?.start ?? clip.end;
    if (until - here >= SILENCE) {
      // The clip's own edges need no breath.
      const start = here === clip.start ? here : here + KEEP;
      const end = next === null ? until : until - KEEP;
      found.push({
        id: `silence-${start.toFixed(3)}`,
        kind: "silence",
        text: "",
        sure: true,
        start,
        end,
      });
    }
    here = Math.max(here, next?.end ?? here);
  }
  return found;
}

function fillers(words: readonly Word[]): Suggestion[] {
  const found: Suggestion[] = [];
  const add = (first: number, last: number, sure: boolean) => {
    const span = spanOfWords(words, first, last);
    const text = words.slice(first, last + 1).map((word) => word.text.trim());
    if (span === null) return;
    found.push({
      id: `filler-${words[first]?.index}`,
      kind: "filler",
      text: text.join(" "),
      sure,
      ...span,
    });
  };
  words.forEach((word, place) => {
    const said = plain(word.text);
    const next = words[place + 1];
    if (SURE.has(said)) add(place, place, true);
    else if (said === "you" && next !== undefined && plain(next.text) === "know") {
      if (isSetOff(words, place, place + 1)) add(place, place + 1, false);
    } else if (DOUBTFUL.has(said) && isSetOff(words, place, place)) add(place, place, false);
  });
  return found;
}

/** Whether the words from `first` to `last` stand between pauses or commas. */
function isSetOff(words: readonly Word[], first: number, last: number): boolean {
  const [before, from, to, after] = [words[first - 1], words[first], words[last], words[last + 1]];
  if (from === undefined || to === undefined) return false;
  const pauseBefore = before === undefined || from.start - before.end >= SET_OFF;
  const pauseAfter = after === undefined || after.start - to.end >= SET_OFF;
  const commas =
    /[,.…]$/.test(to.text.trim()) && (before === undefined || /[,.…?!]$/.test(before.text.trim()));
  return commas || (pauseBefore && pauseAfter);
}
