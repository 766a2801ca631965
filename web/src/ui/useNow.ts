import { useEffect, useState } from "react";

/** Unix seconds, kept up to half a minute: for "5 min ago", which nobody reads more closely. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
