import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // Tauri expects this port (src-tauri/tauri.conf.json, devUrl) and fails rather than guess another.
  // `words/` lies beside `ui/`: the same sentences are read by Rust.
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  clearScreen: false,
  build: {
    target: ["es2022", "chrome111", "safari16.4"],
    // The strict CSP admits no data: URL, so every asset stays a file.
    assetsInlineLimit: 0,
    // The page is read from the disk: one preload polyfill less, and no inline script.
    modulePreload: { polyfill: false },
  },
  test: { environment: "jsdom", setupFiles: ["./test/setup.ts"], include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
