/**
 * Reads the playlists of a preview that is still being built (RFC 8216), as FORGE writes them:
 * every segment is a byte range of one growing file.
 */

/** A range of bytes: from `at`, `length` of them. */
export interface Bytes {
  at: number;
  length: number;
}

export interface Segment extends Bytes {
  /** Seconds of the recording. */
  start: number;
  end: number;
}

export interface MediaPlaylist {
  header: Bytes;
  segments: Segment[];
  /** Whether nothing will be added any more. */
  ended: boolean;
}

export interface MasterPlaylist {
  picture: { url: string; mime: string };
  sound: { url: string; mime: string } | null;
}

/** The lists that a master playlist names, relative to `base`; null when it is none of ours. */
export function readMaster(text: string, base: string): MasterPlaylist | null {
  const codecs = /#EXT-X-STREAM-INF:[^\n]*CODECS="([^"]+)"[^\n]*\n(\S+)/.exec(text);
  const [video, audio] = (codecs?.[1] ?? "").split(",");
  if (codecs?.[2] === undefined || !video) return null;
  const sound = /#EXT-X-MEDIA:TYPE=AUDIO[^\n]*URI="([^"]+)"/.exec(text)?.[1];
  const from = (uri: string) => new URL(uri, base).href;
  return {
    picture: { url: from(codecs[2]), mime: `video/mp4; codecs="${video}"` },
    sound:
      sound === undefined || audio === undefined
        ? null
        : { url: from(sound), mime: `audio/mp4; codecs="${audio}"` },
  };
}

/** The segments of one file's list; null when there is no header in it. */
export function readMedia(text: string): MediaPlaylist | null {
  const map = /#EXT-X-MAP:[^\n]*BYTERANGE="(\d+)@(\d+)"/.exec(text);
  if (map === null) return null;
  const segments: Segment[] = [];
  let start = 0;
  for (const found of text.matchAll(/#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)/g)) {
    const end = start + Number(found[1]);
    segments.push({ start, end, length: Number(found[2]), at: Number(found[3]) });
    start = end;
  }
  const header = { length: Number(map[1]), at: Number(map[2]) };
  return { header, segments, ended: text.includes("#EXT-X-ENDLIST") };
}

/** The first segment that playing from `time` needs within `ahead` seconds and that is missing. */
export function missing(
  segments: Segment[],
  has: (segment: Segment) => boolean,
  time: number,
  ahead: number,
): Segment | undefined {
  return segments.find(
    (segment) => segment.end > time && segment.start < time + ahead && !has(segment),
  );
}
