/** A recording, and the chat download that goes with it. */
export interface Pair<T> {
  video: T;
  chat: T | null;
}

export interface Pairs<T> {
  pairs: Pair<T>[];
  /** Chat downloads that belong to none of the recordings. */
  strays: T[];
}

const CHAT = /\.(json|jsonl|csv|txt|log)$/i;

export function isChat(name: string): boolean {
  return CHAT.test(name);
}

/** A name without its suffixes and without what chat downloaders add: `friday` of `Friday [chat].json`. */
function stem(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.[a-z0-9]{1,5}$/, "")
    .replace(/[^a-z0-9\u00c0-\uffff]*(live)?[^a-z0-9\u00c0-\uffff]*chat$/, "")
    .replace(/[^a-z0-9\u00c0-\uffff]+/g, " ")
    .trim();
}

/**
 * Puts chat downloads to the recordings they belong to, by their names: the same name, or one that
 * begins like the other. One recording and one chat file that came together belong together,
 * whatever they are called.
 */
export function pairUp<T extends { name: string }>(files: Iterable<T>): Pairs<T> {
  const all = [...files];
  const videos = all.filter((file) => !isChat(file.name));
  let strays = all.filter((file) => isChat(file.name));
  const pairs = videos.map((video): Pair<T> => ({ video, chat: null }));
  const rules = [
    (video: string, chat: string) => video === chat,
    (video: string, chat: string) => video.startsWith(chat) || chat.startsWith(video),
    () => videos.length === 1 && all.length === 2,
  ];
  for (const rule of rules) {
    for (const pair of pairs.filter((one) => one.chat === null)) {
      const found = strays.find((chat) => rule(stem(pair.video.name), stem(chat.name)));
      if (found === undefined) continue;
      pair.chat = found;
      strays = strays.filter((chat) => chat !== found);
    }
  }
  return { pairs, strays };
}
