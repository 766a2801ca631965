import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The studio is served by FORGE itself, with a content security policy that allows nothing but
// its own origin: no inlined data: URLs, no inline scripts, nothing fetched from elsewhere.
export default defineConfig({
  plugins: [react()],
  base: "/",
  build: {
    outDir: "../forge/studio",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: {
    // `npm run dev` talks to a running `forge run` on its default port.
    proxy: {
      "/api": "http://127.0.0.1:8484",
      "/media": "http://127.0.0.1:8484",
      "/ws": { target: "ws://127.0.0.1:8484", ws: true },
    },
  },
  // Properties take their time on a busy machine; what hangs is found all the same.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
