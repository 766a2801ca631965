/** Rules: the lists are text as `forge/media/playlist.py` writes it. */
import { expect, it } from "vitest";
import { missing, readMaster, readMedia } from "./playlist";

const MASTER = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,URI="preview/sound.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="avc1.64001f,mp4a.40.2",AUDIO="sound"
preview/picture.m3u8
`;
const SILENT = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="avc1.64001f"
preview/picture.m3u8
`;
const MEDIA = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:45
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-MAP:URI="picture.mp4",BYTERANGE="800@0"
#EXTINF:30.000000,
#EXT-X-BYTERANGE:5000@800
picture.mp4
#EXTINF:31.500000,
#EXT-X-BYTERANGE:6000@5800
picture.mp4
`;

it("finds the picture and the sound of a recording", () => {
  const base = "http://localhost/media/v1/preview.m3u8";
  expect(readMaster(MASTER, base)).toEqual({
    picture: {
      url: "http://localhost/media/v1/preview/picture.m3u8",
      mime: 'video/mp4; codecs="avc1.64001f"',
    },
    sound: {
      url: "http://localhost/media/v1/preview/sound.m3u8",
      mime: 'audio/mp4; codecs="mp4a.40.2"',
    },
  });
  expect(readMaster(SILENT, base)?.sound).toBeNull();
  expect(readMaster("<html>", base)).toBeNull();
});

it("places every segment in time and in the file", () => {
  const list = readMedia(MEDIA);
  expect(list).toEqual({
    header: { at: 0, length: 800 },
    segments: [
      { start: 0, end: 30, at: 800, length: 5000 },
      { start: 30, end: 61.5, at: 5800, length: 6000 },
    ],
    ended: false,
  });
  expect(readMedia(`${MEDIA}#EXT-X-ENDLIST\n`)?.ended).toBe(true);
  expect(readMedia("")).toBeNull();
});

it("asks for what playing needs next, and for nothing twice", () => {
  const segments = readMedia(MEDIA)?.segments ?? [];
  const none = () => false;
  expect(missing(segments, none, 0, 60)?.start).toBe(0);
  expect(missing(segments, none, 45, 60)?.start).toBe(30);
  expect(missing(segments, (segment) => segment.at === 800, 0, 60)?.start).toBe(30);
  expect(missing(segments, (segment) => segment.at === 800, 0, 20)).toBeUndefined();
  expect(missing(segments, none, 70, 60)).toBeUndefined();
});
