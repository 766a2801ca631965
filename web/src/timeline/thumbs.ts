import { getArtifact, mediaUrl, type Thumbs } from "../api/artifacts";
import { noAnswer } from "../api/failure";
import { AGAIN } from "../live/backoff";

/** Sheets kept as pictures: one is 1.4 MB at half its size. */
const KEPT = 16;
/** Sheets on their way at once: a browser has six connections, and the words come first. */
const AT_ONCE = 2;

export interface Tile {
  sheet: ImageBitmap;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The thumbnails of one recording, fetched a sheet at a time as they come into sight. */
export class ThumbSheets {
  readonly #sheets = new Map<number, ImageBitmap | null>();
  #loading = 0;

  constructor(
    readonly vodId: string,
    readonly index: Thumbs,
    readonly onLoad: () => void,
  ) {}

  /** The width of a tile that is `height` pixels high. */
  widthAt(height: number): number {
    return (height * this.index.width) / this.index.height;
  }

  /** The picture of a second, or null while its sheet is on its way. */
  tile(seconds: number): Tile | null {
    const { interval, count, columns, rows } = this.index;
    const place = Math.max(0, Math.min(count - 1, Math.round(seconds / interval)));
    const number = Math.floor(place / (columns * rows));
    const sheet = this.#sheets.get(number);
    // One that has to wait is asked for again when another has come, if it is still in sight.
    if (sheet === undefined && this.#loading < AT_ONCE) this.#fetch(number);
    if (sheet === undefined || sheet === null) return null;
    this.#sheets.delete(number);
    this.#sheets.set(number, sheet); // The newest, now: the oldest goes first.
    const within = place % (columns * rows);
    const width = sheet.width / columns;
    const height = sheet.height / rows;
    return {
      sheet,
      x: (within % columns) * width,
      y: Math.floor(within / columns) * height,
      width,
      height,
    };
  }

  close(): void {
    for (const sheet of this.#sheets.values()) sheet?.close();
    this.#sheets.clear();
  }

  #fetch(number: number): void {
    const name = this.index.sheets[number];
    this.#sheets.set(number, null);
    if (name === undefined) return;
    this.#loading += 1;
    this.#load(name)
      .finally(() => {
        this.#loading -= 1;
      })
      .then((bitmap) => {
        this.#sheets.set(number, bitmap);
        for (const [oldest, sheet] of this.#sheets) {
          if (this.#sheets.size <= KEPT) break;
          sheet?.close();
          this.#sheets.delete(oldest);
        }
        this.onLoad();
      })
      .catch((thrown: unknown) => {
        this.onLoad(); // A strip without a picture is still a strip.
        if (!noAnswer(thrown)) return;
        setTimeout(() => {
          this.#sheets.delete(number);
          this.onLoad();
        }, AGAIN);
      });
  }

  async #load(name: string): Promise<ImageBitmap> {
    const answer = await getArtifact(mediaUrl(this.vodId, name));
    const { width, columns } = this.index;
    const sharp = window.devicePixelRatio > 1.25;
    return createImageBitmap(await answer.blob(), {
      resizeWidth: Math.round((width * columns) / (sharp ? 1 : 2)),
      resizeQuality: "medium",
    });
  }
}
