import { mount } from "svelte";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./style.css";
import App from "./App.svelte";
import { use } from "./desk";

// In a plain browser (`npm run dev`) the screens are shown on fixtures, which no build carries:
// `/?start=fresh` begins at the first start, `/?start=idle` on an empty register, `/?start=locked`
// on one that is shut.
if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
  const { memoryDesk, startOf } = await import("./api/memory");
  use(memoryDesk(startOf(location.search)));
} else {
  use((await import("./api/tauri")).tauriDesk());
}

const target = document.getElementById("app");
if (target) mount(App, { target });
