/** What the window says to Tauri while a file is read, and what it hears. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ReadProgress, Reading } from ".";
import { tauriDesk } from "./tauri";

type Hearing = { event: string; hear: (said: { payload: ReadProgress }) => void };

let commands: string[];
let hearing: Hearing[];
let answer: { end: (found: unknown) => void; fail: (problem: unknown) => void };

beforeEach(() => {
  commands = [];
  hearing = [];
  vi.stubGlobal("__TAURI_INTERNALS__", { invoke, transformCallback: (hear: unknown) => hear });
  vi.stubGlobal("__TAURI_EVENT_PLUGIN_INTERNALS__", { unregisterListener: () => (hearing = []) });
});

afterEach(() => vi.unstubAllGlobals());

it("tells how far the reading has come while it lasts, and no longer", async () => {
  const { reading, onProgress } = begun();
  const found = tauriDesk().readFile(file(), reading);
  await reads();
  const heard = hearing;
  say({ page: 2, pages: 8, found: 3 });
  expect(onProgress).toHaveBeenCalledExactlyOnceWith({ page: 2, pages: 8, found: 3 });
  answer.end([]);
  expect(await found).toEqual([]);
  expect([heard.map(({ event }) => event), hearing]).toEqual([["reading"], []]);
});

it("tells the desk to stop, and gives its answer back", async () => {
  const { reading, stop } = begun();
  const found = tauriDesk().readFile(file(), reading);
  await reads();
  stop();
  expect(commands).toEqual(["read_file", "stop_reading"]);
  const cancelled = { code: "unreadable", data: { fault: "cancelled" }, incident: false };
  answer.fail(cancelled);
  await expect(found).rejects.toBe(cancelled);
  expect(hearing).toEqual([]);
});

it("tells it again when the desk had not begun", async () => {
  const { reading, stop, onProgress } = begun();
  void tauriDesk().readFile(file(), reading);
  await reads();
  stop();
  say({ page: 1, pages: 8, found: 0 });
  expect(commands).toEqual(["read_file", "stop_reading", "stop_reading"]);
  expect(onProgress).not.toHaveBeenCalled();
});

it("asks nothing of the desk for a file given up while its bytes were fetched", async () => {
  const { reading, stop } = begun();
  const found = tauriDesk().readFile(file(), reading);
  stop();
  await expect(found).rejects.toBeDefined();
  expect(commands).not.toContain("read_file");
});

function begun() {
  const turn = new AbortController();
  const onProgress = vi.fn();
  const reading: Reading = { onProgress, signal: turn.signal };
  return { reading, onProgress, stop: () => turn.abort() };
}

function reads() {
  return vi.waitFor(() => expect(commands).toContain("read_file"));
}

function say(payload: ReadProgress) {
  for (const { hear } of hearing) hear({ payload });
}

/** The other side of the window, as Tauri's own script calls it. */
function invoke(command: string, sent: { event: string; handler: Hearing["hear"] }): Promise<unknown> {
  if (command === "plugin:event|listen") hearing.push({ event: sent.event, hear: sent.handler });
  if (command.startsWith("plugin:event|")) return Promise.resolve(1);
  commands.push(command);
  if (command !== "read_file") return Promise.resolve();
  return new Promise((end, fail) => (answer = { end, fail }));
}

function file(): File {
  const file = new File(["…"], "booklet.pdf");
  // jsdom's files keep their bytes to themselves.
  file.arrayBuffer ??= () => Promise.resolve(new ArrayBuffer(1));
  return file;
}
