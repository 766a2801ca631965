import { growingUrl } from "../api/client";
import {
  type Bytes,
  type MediaPlaylist,
  missing,
  readMaster,
  readMedia,
  type Segment,
} from "./playlist";

/** Seconds that are fetched ahead of the place, and kept behind it. */
const AHEAD = 60;
const BEHIND = 60;
/** Milliseconds between looks at what is needed, and between looks at a list that grows. */
const LOOK = 500;
const REREAD = 5_000;

async function read(url: string, bytes?: Bytes): Promise<Response | null> {
  const headers: Record<string, string> =
    bytes === undefined ? {} : { Range: `bytes=${bytes.at}-${bytes.at + bytes.length - 1}` };
  const answer = await fetch(url, { headers, credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? answer : null;
}

/** The picture or the sound: one growing file, one buffer. */
class Track {
  readonly #file: string;
  #list: MediaPlaylist | null = null;
  #read = Number.NEGATIVE_INFINITY;
  #begun = false;
  #busy = false;
  readonly #appended = new Set<number>();

  constructor(
    readonly url: string,
    readonly buffer: SourceBuffer,
  ) {
    this.#file = url.replace(/\.m3u8$/, ".mp4");
  }

  /** Fetches what playing from `time` needs next, one segment at a call. */
  async feed(time: number, now: number): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (!this.#list?.ended && now - this.#read > REREAD) {
        this.#read = now;
        const answer = await read(this.url);
        this.#list = (answer && readMedia(await answer.text())) ?? this.#list;
      }
      if (this.#list === null) return;
      if (!this.#begun) this.#begun = await this.#append(this.#list.header);
      await this.#forget(time);
      const next = missing(this.#list.segments, this.#has, time, AHEAD);
      if (this.#begun && next !== undefined && (await this.#append(next))) {
        this.#appended.add(next.at);
      }
    } finally {
      this.#busy = false;
    }
  }

  readonly #has = (segment: Segment) => this.#appended.has(segment.at);

  async #append(bytes: Bytes): Promise<boolean> {
    const answer = await read(this.#file, bytes);
    if (answer === null) return false;
    const data = await answer.arrayBuffer();
    return this.#change(() => this.buffer.appendBuffer(data));
  }

  /** Drops what lies far behind or ahead: a browser keeps about 150 MB, and then refuses more. */
  async #forget(time: number): Promise<void> {
    const far = (this.#list?.segments ?? []).filter(
      (segment) =>
        this.#has(segment) && (segment.end < time - BEHIND || segment.start > time + 2 * AHEAD),
    );
    for (const segment of far) {
      await this.#change(() => this.buffer.remove(segment.start, segment.end));
      this.#appended.delete(segment.at);
    }
  }

  #change(begin: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      this.buffer.addEventListener("updateend", () => resolve(true), { once: true });
      try {
        begin();
      } catch {
        resolve(false); // The page has gone on to something else, or the buffer is full.
      }
    });
  }
}

/**
 * Plays a preview that is still being built in a browser that plays no playlists: fetches the
 * parts around the place and feeds them to `video`. Returns how to stop it.
 */
export function feedGrowing(video: HTMLVideoElement, vodId: string): () => void {
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  let timer: ReturnType<typeof setInterval> | undefined;
  let unlisten = () => {};
  let stopped = false;

  async function open(): Promise<void> {
    const base = new URL(growingUrl(vodId), window.location.href).href;
    const answer = await read(base);
    const master = answer && readMaster(await answer.text(), base);
    if (!master || stopped || source.readyState !== "open") return;
    const tracks = [master.picture, master.sound]
      .filter((list) => list !== null)
      .map((list) => new Track(list.url, source.addSourceBuffer(list.mime)));
    async function look(): Promise<void> {
      await Promise.all(tracks.map((track) => track.feed(video.currentTime, performance.now())));
    }
    timer = setInterval(() => void look(), LOOK);
    video.addEventListener("seeking", look);
    unlisten = () => video.removeEventListener("seeking", look);
    await look();
  }

  source.addEventListener("sourceopen", () => void open(), { once: true });
  video.src = url;
  return () => {
    stopped = true;
    clearInterval(timer);
    unlisten();
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  };
}
