/** Reading a file for its passes: how far it has come, stopped, replaced, refused. */
import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CodeFound, Reading } from "../api";
import { memoryDesk } from "../api/memory";
import { use } from "../desk";
import FilePicker from "./FilePicker.svelte";

/** What the desk was asked, and what ends it. */
type Asked = Reading & { file: File; end: (found: CodeFound[]) => void };

let asked: Asked[];
let onread: ReturnType<typeof vi.fn<(found: CodeFound[]) => void>>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  onread = vi.fn();
  const desk = memoryDesk();
  desk.readFile = (file, reading) =>
    new Promise((end, fail) => {
      asked.push({ file, ...reading, end });
      reading.signal.addEventListener("abort", () => fail({ code: "unreadable", data: { fault: "cancelled" } }));
    });
  use(desk);
});

afterEach(() => vi.useRealTimers());

it("a long reading says its page and its count, and shows how much is left", async () => {
  await pick("booklet.pdf");
  await pass(450);
  expect(status()).toBe("Lecture du fichier…");
  expect(screen.getByRole("progressbar").hasAttribute("value")).toBe(false);
  await tell(2, 8, 3);
  expect(status()).toMatch(/^Lecture de la page 2 sur 8 · 3\spass trouvés$/);
  expect(screen.getByRole("progressbar", { name: "Lecture du fichier…" })).toMatchObject({ value: 1, max: 8 });
});

it("the sentence changes only with the page or the count, so that it is not read out again", async () => {
  await pick("booklet.pdf");
  await pass(450);
  await tell(2, 8, 1);
  const changed = vi.fn();
  new MutationObserver(changed).observe(screen.getByRole("status"), {
    subtree: true,
    childList: true,
    characterData: true,
  });
  await tell(2, 8, 1);
  expect(changed).not.toHaveBeenCalled();
  await tell(3, 8, 1);
  expect(changed).toHaveBeenCalledOnce();
});

it("a quick reading does not flash", async () => {
  await pick("photo.jpg");
  await tell(1, 1, 0);
  await pass(350);
  expect([status(), screen.queryByRole("progressbar")]).toEqual(["", null]);
  await end([]);
  await pass(500);
  expect([status(), screen.queryByRole("progressbar")]).toEqual(["", null]);
  expect(onread).toHaveBeenCalledOnce();
});

it("stopped, it leaves nothing but the focus where the file was chosen", async () => {
  await pick("booklet.pdf");
  await pass(450);
  await fireEvent.click(screen.getByRole("button", { name: "Arrêter la lecture" }));
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(document.activeElement).toBe(box());
  await pass(500);
  expect([status(), screen.queryByRole("progressbar"), screen.queryByRole("alert")]).toEqual(["", null, null]);
  expect(onread).not.toHaveBeenCalled();
});

it("the end of a reading does not take the focus away with the button that stops it", async () => {
  await pick("booklet.pdf");
  await pass(450);
  screen.getByRole("button", { name: "Arrêter la lecture" }).focus();
  await end([]);
  expect(document.activeElement).toBe(box());
});

it("a second file takes the place of the one being read, which is heard of no more", async () => {
  await pick("wrong.pdf");
  await pass(450);
  await drop("right.pdf");
  await pass(0);
  expect(asked.map(({ file, signal }) => [file.name, signal.aborted])).toEqual([
    ["wrong.pdf", true],
    ["right.pdf", false],
  ]);
  await end([], 1);
  expect(onread).toHaveBeenCalledOnce();
  expect(screen.queryByRole("alert")).toBeNull();
});

it("of several files in a row, those overtaken before their turn are never read", async () => {
  await pick("one.pdf");
  await Promise.all([drop("two.pdf"), drop("three.pdf")]);
  await pass(0);
  expect(asked.map(({ file }) => file.name)).toEqual(["one.pdf", "three.pdf"]);
});

it("a file too large is refused before a byte of it is read", async () => {
  const file = named("film.mov");
  Object.defineProperty(file, "size", { value: 64 * 1024 * 1024 + 1 });
  await give(file);
  await pass(0);
  expect(screen.getByRole("alert").textContent).toContain("dépasse 64 Mo");
  expect(asked).toEqual([]);
});

it("leaving the screen stops the reading, and takes nothing", async () => {
  const { unmount } = await pick("booklet.pdf");
  unmount();
  await pass(0);
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(onread).not.toHaveBeenCalled();
});

async function pick(name: string) {
  const page = render(FilePicker, { id: "file", onread });
  await give(named(name));
  await pass(0);
  return page;
}

async function give(file: File) {
  if (!screen.queryByRole("group")) render(FilePicker, { id: "file", onread });
  Object.defineProperty(box(), "files", { value: [file], configurable: true });
  // As a browser, which allows nothing else to be written there.
  Object.defineProperty(box(), "value", { set: () => undefined, configurable: true });
  await fireEvent.change(box());
}

async function drop(name: string) {
  await fireEvent.drop(screen.getByRole("group"), { dataTransfer: { files: [named(name)] } });
}

async function tell(page: number, pages: number, found: number) {
  asked[0]?.onProgress({ page, pages, found });
  await tick();
}

async function end(found: CodeFound[], turn = 0) {
  asked[turn]?.end(found);
  await pass(0);
}

async function pass(milliseconds: number) {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await tick();
}

function named(name: string): File {
  return new File(["…"], name);
}

function box(): HTMLElement {
  return screen.getByLabelText("Depuis une image ou un PDF", { selector: "input" });
}

function status(): string {
  return screen.getByRole("status").textContent ?? "";
}
