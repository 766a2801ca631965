import WaveformData from "waveform-data";
import { getArtifact, mediaUrl } from "../api/artifacts";
import { untilAnswered } from "../live/answered";
import { length, type View, ZOOMS, type Zoom, zoomFor } from "./scale";

/** The header of audiowaveform's binary form, version 2, and how many bytes a pair has. */
const HEADER = 24;
const PAIR = 2;
/** Seconds of the finest peaks that are fetched at once (60 kB), and how many such parts are kept. */
const PART = 300;
const KEPT = 40;

/** Lowest and highest samples, from pair `first` on. */
interface Pairs {
  first: number;
  lows: Int8Array;
  highs: Int8Array;
}

function read(data: ArrayBuffer, first: number): Pairs {
  const channel = WaveformData.create(data).channel(0);
  return {
    first,
    lows: Int8Array.from(channel.min_array()),
    highs: Int8Array.from(channel.max_array()),
  };
}

/** The header of a file of `pairs` pairs, for a part of one: same rate, another length. */
function withHeader(header: ArrayBuffer, body: ArrayBuffer): ArrayBuffer {
  const whole = new Uint8Array(HEADER + body.byteLength);
  whole.set(new Uint8Array(header));
  whole.set(new Uint8Array(body), HEADER);
  new DataView(whole.buffer).setUint32(16, Math.floor(body.byteLength / PAIR), true);
  return whole.buffer;
}

/**
 * The waveform of one recording at three zooms. The coarse ones are fetched whole (29 kB and
 * 290 kB for four hours), the finest in parts around what is looked at. What is not there yet is
 * drawn from a coarser zoom.
 */
export class Peaks {
  readonly #whole = new Map<Zoom, Pairs>();
  readonly #parts = new Map<number, Pairs>();
  readonly #asked = new Set<string>();
  #header: ArrayBuffer | null = null;
  #loudest = 0;

  constructor(
    readonly vodId: string,
    readonly onLoad: () => void,
  ) {
    this.#fetchWhole(1);
  }

  /** The highest sample of a whole file, for drawing quiet recordings as tall as loud ones. */
  get loudest(): number {
    return this.#loudest;
  }

  /**
   * The lowest and the highest sample of each column of a view, -128 to 127. Returns false while
   * nothing is known at all.
   */
  fill(view: View, lows: Int8Array, highs: Int8Array): boolean {
    const columns = lows.length;
    const step = length(view) / columns;
    const zoom = zoomFor(1 / step);
    if (zoom === 100) this.#wantParts(view);
    else this.#fetchWhole(zoom);
    let known = false;
    for (let column = 0; column < columns; column++) {
      const from = view.start + column * step;
      known = this.#column(zoom, from, from + step, column, lows, highs) || known;
    }
    return known;
  }

  #column(
    zoom: Zoom,
    from: number,
    to: number,
    column: number,
    lows: Int8Array,
    highs: Int8Array,
  ): boolean {
    for (let level = ZOOMS.indexOf(zoom); level >= 0; level--) {
      const rate = ZOOMS[level] ?? 1;
      const pairs = rate === 100 ? this.#parts.get(Math.floor(from / PART)) : this.#whole.get(rate);
      if (pairs === undefined) continue;
      const first = Math.floor(from * rate) - pairs.first;
      const end = Math.min(
        pairs.lows.length,
        Math.max(first + 1, Math.floor(to * rate) - pairs.first),
      );
      let low = 0;
      let high = 0;
      for (let pair = Math.max(0, first); pair < end; pair++) {
        low = Math.min(low, pairs.lows[pair] ?? 0);
        high = Math.max(high, pairs.highs[pair] ?? 0);
      }
      lows[column] = low;
      highs[column] = high;
      return true;
    }
    lows[column] = 0;
    highs[column] = 0;
    return false;
  }

  #wantParts(view: View): void {
    this.#fetchWhole(10);
    const last = Math.floor(view.end / PART);
    for (let part = Math.max(0, Math.floor(view.start / PART)); part <= last; part++) {
      const found = this.#parts.get(part);
      if (found === undefined) this.#once(`part ${part}`, () => this.#fetchPart(part));
      else {
        // The oldest goes first: what is looked at becomes the newest.
        this.#parts.delete(part);
        this.#parts.set(part, found);
      }
    }
  }

  #fetchWhole(zoom: Zoom): void {
    this.#once(`zoom ${zoom}`, async () => {
      const answer = await getArtifact(mediaUrl(this.vodId, `peaks_${zoom}.dat`));
      const pairs = read(await answer.arrayBuffer(), 0);
      this.#whole.set(zoom, pairs);
      if (zoom === 1) this.#loudest = pairs.highs.reduce((top, high) => Math.max(top, high), 0);
    });
  }

  async #fetchPart(part: number): Promise<void> {
    const url = mediaUrl(this.vodId, "peaks_100.dat");
    this.#header ??= await (await getArtifact(url, [0, HEADER])).arrayBuffer();
    const first = part * PART * 100;
    const answer = await getArtifact(url, [HEADER + first * PAIR, PART * 100 * PAIR]);
    const body = await answer.arrayBuffer();
    this.#parts.set(part, read(withHeader(this.#header, body), first));
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= KEPT) break;
      this.#parts.delete(oldest);
      this.#asked.delete(`part ${oldest}`);
    }
  }

  /**
   * What was refused is not asked for again: the sound may have no waveform, and drawing is
   * frequent. What got no answer is, after a while.
   */
  #once(what: string, fetchIt: () => Promise<void>): void {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    untilAnswered(fetchIt).then(this.onLoad, () => {});
  }
}
