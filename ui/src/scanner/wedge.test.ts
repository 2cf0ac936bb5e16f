import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KeyStroke } from "../api";
import { couldBeCode } from "./code";
import { listenForScans } from "./wedge";

const CODE = "P1AZQWM234567KLMNOPQRSTUVXY7ZAB2CD3EF4GH5IJ6";

let scans: KeyStroke[][];
let stop: () => void;
let now: number;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  now = 1000;
  stop = listenForScans({ onScan: (strokes) => scans.push(strokes), couldBeCode });
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  document.body.innerHTML = "";
});

describe("a scan into a field", () => {
  it("leaves the field as it was and swallows the suffix", () => {
    const field = focused('<form><input value="Dupont"></form>') as HTMLInputElement;
    field.setSelectionRange(2, 4, "backward");
    const submitted = vi.fn();
    field.form?.addEventListener("submit", submitted);
    scan(CODE);
    expect(press("Enter")).toBe(false);
    expect(field.value).toBe("Dupont");
    expect([field.selectionStart, field.selectionEnd, field.selectionDirection]).toEqual([2, 4, "backward"]);
    expect(keysOf(scans)).toEqual([CODE]);
    expect(submitted).not.toHaveBeenCalled();
  });

  it("tells the page that the field is back as it was", () => {
    const field = focused("<input>") as HTMLInputElement;
    let bound = "";
    field.addEventListener("input", () => (bound = field.value));
    scan(CODE);
    press("Enter");
    expect(bound).toBe("");
  });

  it("ends in silence when the scanner sends no suffix, and swallows one that comes late", () => {
    focused("<input>");
    scan(CODE);
    expect(scans).toEqual([]);
    wait(260);
    expect(keysOf(scans)).toEqual([CODE]);
    expect(press("Tab")).toBe(false);
    wait(300);
    expect(press("Tab")).toBe(true);
  });

  it("swallows both keys of a double suffix", () => {
    focused("<input>");
    scan(CODE);
    expect([press("Enter"), press("Enter")]).toEqual([false, false]);
    expect(scans).toHaveLength(1);
  });

  it("survives a pause in the midst of it", () => {
    focused("<input>");
    scan(CODE.slice(0, 20));
    wait(150);
    scan(CODE.slice(20));
    press("Enter");
    expect(keysOf(scans)).toEqual([CODE]);
  });

  it("tells two scans apart", () => {
    focused("<input>");
    scan(CODE);
    press("Enter");
    wait(400);
    scan("MGP-0123456789");
    press("Enter");
    expect(keysOf(scans)).toEqual([CODE, "MGP-0123456789"]);
  });

  it("gives a list back its choice", () => {
    const list = focused("<select><option>Aubervilliers<option>Paris</select>") as HTMLSelectElement;
    const chosen: string[] = [];
    list.addEventListener("change", () => chosen.push(list.value));
    press("P", "KeyP");
    list.selectedIndex = 1;
    scan(CODE.slice(1));
    press("Enter");
    expect([list.value, chosen]).toEqual(["Aubervilliers", ["Aubervilliers"]]);
  });
});

describe("a hand in a field", () => {
  it("is never delayed, however much it types like a code", () => {
    const field = focused("<input>") as HTMLInputElement;
    const seen = [..."P12345678"].map((key) => (press(key, codeOf(key), 45), field.value));
    expect(seen.at(0)).toBe("P");
    expect(seen.at(-1)).toBe("P12345678");
    expect(press("Enter")).toBe(true);
    wait(500);
    expect(field.value).toBe("P12345678");
    expect(scans).toEqual([]);
  });

  it("keeps a text that a machine types and that is no code, with its Enter", () => {
    const field = focused("<input>") as HTMLInputElement;
    scan("JEANNE DUPONT DE LA TOUR");
    expect(field.value).toBe("JEANNE DUPONT DE LA TOUR");
    expect(press("Enter")).toBe(true);
    expect(field.value).toBe("JEANNE DUPONT DE LA TOUR");
    expect(scans).toEqual([]);
  });

  it("gets back a text that only began like a code, with its Enter", () => {
    const field = focused('<input value="le ">') as HTMLInputElement;
    field.setSelectionRange(3, 3);
    scan("12345678 RUE DE LA PAIX");
    expect(press("Enter")).toBe(true);
    expect(field.value).toBe("le 12345678 RUE DE LA PAIX");
    expect(scans).toEqual([]);
  });

  it("may hold a key down, press a dead key or a combination", () => {
    const field = focused("<input>") as HTMLInputElement;
    for (let n = 0; n < 20; n++) press("5", "Digit5", 20, { repeat: n > 0 });
    expect(field.value).toBe("5".repeat(20));
    expect(press("Dead", "BracketLeft")).toBe(true);
    expect(press("c", "KeyC", 5, { ctrlKey: true })).toBe(true);
    wait(500);
    expect(scans).toEqual([]);
  });
});

describe("outside a field", () => {
  it("a scan presses no button and triggers no shortcut", () => {
    const button = focused("<button>Enregistrer</button>");
    const { keys } = shortcuts();
    const clicked = vi.fn();
    button.addEventListener("click", clicked);
    scan("12 34 56 78 90");
    expect(press("Enter")).toBe(false);
    wait(500);
    expect(keys).toEqual([]);
    expect(clicked).not.toHaveBeenCalled();
    expect(keysOf(scans)).toEqual(["12 34 56 78 90"]);
  });

  it("even a burst too short for a code does neither", () => {
    focused("<button>Enregistrer</button>");
    const { keys } = shortcuts();
    scan("12345");
    expect(press("Enter")).toBe(false);
    wait(500);
    expect([keys, scans]).toEqual([[], []]);
  });

  it("a hand still has its shortcuts, its Space and its Enter", () => {
    focused("<button>Enregistrer</button>");
    const { keys } = shortcuts();
    press("n", "KeyN");
    wait(100);
    press("p", "KeyP");
    wait(100);
    expect(press(" ", "Space")).toBe(true);
    wait(100);
    expect(press("Enter")).toBe(true);
    expect(keys).toEqual(["n", "p", " ", "Enter"]);
  });
});

it("the keys of a scan are let up unheard", () => {
  focused("<button>Enregistrer</button>");
  const released = vi.fn();
  document.body.addEventListener("keyup", released);
  scan(CODE);
  expect(dispatch("keyup", "6", "Digit6")).toBe(false);
  expect(released).not.toHaveBeenCalled();
});

it("stops listening when it is told to", () => {
  const field = focused("<input>") as HTMLInputElement;
  stop();
  scan(CODE);
  expect(press("Enter")).toBe(true);
  wait(500);
  expect(field.value).toBe(CODE);
  expect(scans).toEqual([]);
});

/** Puts one element on the page and the focus on its first field or button. */
function focused(html: string): HTMLElement {
  document.body.innerHTML = html;
  const element = document.body.querySelector<HTMLElement>("input, select, button");
  element?.focus();
  return element ?? document.body;
}

function shortcuts(): { keys: string[] } {
  const keys: string[] = [];
  document.body.addEventListener("keydown", (event) => keys.push(event.key));
  return { keys };
}

/** A scanner set to US: 4 ms a key. */
function scan(text: string): void {
  for (const key of text) press(key, codeOf(key), 4);
}

/** Presses a key as a browser would, its character included. Whether the page got it. */
function press(key: string, code = key, after = 4, more: KeyboardEventInit = {}): boolean {
  wait(after);
  const reached = dispatch("keydown", key, code, more);
  const field = document.activeElement;
  if (reached && key.length === 1 && !more.ctrlKey && field instanceof HTMLInputElement) {
    field.setRangeText(key, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return reached;
}

function dispatch(type: "keydown" | "keyup", key: string, code: string, more: KeyboardEventInit = {}): boolean {
  const shiftKey = /^[A-Z]$/.test(key);
  const event = new KeyboardEvent(type, { key, code, shiftKey, bubbles: true, cancelable: true, composed: true, ...more });
  Object.defineProperty(event, "timeStamp", { value: now });
  return (document.activeElement ?? document.body).dispatchEvent(event);
}

function wait(milliseconds: number): void {
  now += milliseconds;
  vi.advanceTimersByTime(milliseconds);
}

function codeOf(key: string): string {
  if (/\d/.test(key)) return `Digit${key}`;
  if (/[A-Z]/i.test(key)) return `Key${key.toUpperCase()}`;
  return key === "-" ? "Minus" : "Space";
}

function keysOf(all: KeyStroke[][]): string[] {
  return all.map((strokes) => strokes.map(({ key }) => key).join(""));
}
