import { mount } from "svelte";
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./style.css";
import App from "./App.svelte";
import { use } from "./desk";

const inTauri = "__TAURI_INTERNALS__" in window;
use(inTauri ? (await import("./api/tauri")).tauriDesk() : (await import("./api/memory")).memoryDesk());

const target = document.getElementById("app");
if (target) mount(App, { target });
