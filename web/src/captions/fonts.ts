import { useEffect, useState } from "react";
import { complain } from "../store/store";
import type { FontFile } from "./layout";

/** The fonts that this page has asked for, by family. A failure is told once and tried again. */
const asked = new Map<string, Promise<unknown>>();
const loaded = new Set<string>();

/** Loads a caption font: the very file with which libass burns. */
export function loadFont({ family, url }: FontFile): Promise<unknown> {
  const known = asked.get(family);
  if (known !== undefined) return known;
  const face = new FontFace(family, `url("${url}")`);
  document.fonts.add(face);
  const loading = face.load().then(
    () => loaded.add(family),
    (thrown) => {
      document.fonts.delete(face);
      asked.delete(family);
      complain(thrown);
    },
  );
  asked.set(family, loading);
  return loading;
}

/** Whether all of these fonts can be drawn with; starts to load those that cannot. */
export function useFonts(fonts: FontFile[] | undefined): boolean {
  const [, setCount] = useState(0);
  const wanted = (fonts ?? []).filter((font) => !loaded.has(font.family));
  const key = wanted.map((font) => font.family).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is new each time, its key is not
  useEffect(() => {
    let here = true;
    void Promise.all(wanted.map(loadFont)).then(() => {
      if (here && wanted.length > 0) setCount((count) => count + 1);
    });
    return () => {
      here = false;
    };
  }, [key]);
  return fonts !== undefined && wanted.length === 0;
}
