import { type PointerEvent, useEffect, useRef, useState } from "react";
import { mediaUrl, type Thumbs } from "../api/artifacts";
import type { Vod } from "../api/types";
import { useArtifact } from "../project/useArtifact";
import { Mark } from "../ui/icons";
import { tileAt } from "./tiles";

/** Where in a recording its picture is taken: the very start is often a waiting screen. */
const PLACE = 0.25;

interface Props {
  vod: Vod | undefined;
  /** The share (0 to 1) of the recording that is shown; without it, the pointer leafs through it. */
  at?: number | undefined;
}

/** A picture of a recording, from its thumbnails, which come when it comes into sight. */
export function Thumbnail({ vod, at }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  const [pointed, setPlace] = useState(PLACE);
  const place = at ?? pointed;
  const key = vod?.artifacts["thumbs.json"];
  const wanted = seen && vod !== undefined;
  const { data: index } = useArtifact<Thumbs>(
    mediaUrl(vod?.id ?? "", "thumbs.json"),
    wanted ? key : undefined,
  );
  useEffect(() => {
    const card = element.current;
    if (card === null) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    watch.observe(card);
    return () => watch.disconnect();
  }, []);

  function leaf(event: PointerEvent<HTMLDivElement>): void {
    if (at !== undefined || event.pointerType !== "mouse") return;
    const box = event.currentTarget.getBoundingClientRect();
    setPlace((event.clientX - box.left) / box.width);
  }

  const tile = index === null ? null : tileAt(index, place);
  return (
    <div
      ref={element}
      className="card-picture"
      onPointerMove={leaf}
      onPointerLeave={() => setPlace(PLACE)}
    >
      {tile === null || vod === undefined ? (
        <Mark />
      ) : (
        <div
          className="card-tile"
          data-testid="thumbnail"
          style={{
            backgroundImage: `url("${mediaUrl(vod.id, tile.sheet)}")`,
            backgroundSize: tile.size,
            backgroundPosition: tile.position,
          }}
        />
      )}
    </div>
  );
}
