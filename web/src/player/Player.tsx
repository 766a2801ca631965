import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Vod } from "../api/types";
import { useStore } from "../store/store";
import { Button } from "../ui/Button";
import { feedGrowing } from "./growing";
import type { Source } from "./source";
import { useClock } from "./usePlayhead";
import "./player.css";

interface Props {
  vod: Vod;
  source: Source;
  /** What is drawn over the picture. */
  children?: ReactNode;
}

/**
 * The picture of a recording, on the page's clock. It has no controls of its own: a press on it
 * plays or stops, the rest is the transport bar's.
 */
export function Player({ vod, source, children }: Props) {
  const clock = useClock();
  const element = useRef<HTMLVideoElement>(null);
  const [broken, setBroken] = useState(false);
  const [tries, setTries] = useState(0);
  const { kind, url } = source;
  const link = useStore((store) => store.server.link);

  // A preview that broke off with the connection comes back with it, at the place where it was.
  const broke = useRef(false);
  useEffect(() => {
    broke.current = broken;
  });
  useEffect(() => {
    if (link === "open" && broke.current) setTries((count) => count + 1);
  }, [link]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try begins anew.
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    setBroken(false);
    if (kind === "parts") {
      const stop = feedGrowing(video, vod.id);
      const detach = clock.attach(video);
      return () => {
        detach();
        stop();
      };
    }
    video.src = url;
    const detach = clock.attach(video);
    return () => {
      detach();
      // Without a source the browser ends its request, which would hold the file open.
      video.removeAttribute("src");
      video.load();
    };
  }, [clock, kind, url, vod.id, tries]);

  const ratio = (vod.width ?? 16) / (vod.height ?? 9);
  return (
    <div className="player" style={{ "--ratio": ratio } as object}>
      <div className="player-picture">
        {/* biome-ignore lint/a11y/useMediaCaption: this is the raw recording; its words stand
            beside it in the transcript, and the exports carry captions. */}
        <video
          ref={element}
          playsInline
          preload="auto"
          aria-label={`Preview of ${vod.name}`}
          data-testid="player"
          onClick={() => clock.toggle()}
          onLoadedMetadata={() => setBroken(false)}
          onError={(event) => setBroken(event.currentTarget.hasAttribute("src"))}
        />
        {children}
        {broken && (
          <p className="player-broken" role="alert">
            The preview cannot be played now.{" "}
            <Button data-testid="play-again" onClick={() => setTries(tries + 1)}>
              Try again
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}
