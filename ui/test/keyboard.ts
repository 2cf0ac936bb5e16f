/** A keyboard before the page, in the test's own time: a hand or a scanner presses, a layout makes characters. */
import { vi } from "vitest";

export const LAYOUTS = ["us", "french"] as const;
/** On Windows, Caps Lock shifts the whole of a French keyboard; elsewhere only its letters. */
export const CAPS_LOCKS = ["off", "on", "on Windows"] as const;

export interface Setting {
  /** What the scanner believes the computer to have, and what it has. */
  scanner?: (typeof LAYOUTS)[number];
  computer?: (typeof LAYOUTS)[number];
  capsLock?: (typeof CAPS_LOCKS)[number];
  /** Some keys come late: by how many milliseconds, by their place from 0. */
  late?: Record<number, number>;
}

/** A signed code, with every character that one may have. */
export const SIGNED = `P1${"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".repeat(4).slice(0, 120)}`;

/** A scanner presses a key every 4 milliseconds. */
const SCANNER_MS = 4;

let now = 1000;

/** Puts one element on the page, and the focus on its first field or button. */
export function focused(html: string): HTMLElement {
  document.body.innerHTML = html;
  const element = document.body.querySelector<HTMLElement>("input, select, button");
  element?.focus();
  return element ?? document.body;
}

/** The keys that the page hears of. */
export function heard(): string[] {
  const keys: string[] = [];
  document.body.addEventListener("keydown", (event) => keys.push(event.key));
  return keys;
}

/** Scans a code without its suffix key. */
export function scan(text: string, { scanner = "us", computer = "us", capsLock = "off", late = {} }: Setting = {}) {
  [...text].forEach((wanted, place) => {
    const { code, shift } = keyOf(wanted, scanner);
    press(characterOf(code, shift, computer, capsLock), code, SCANNER_MS + (late[place] ?? 0), { shiftKey: shift });
  });
}

/** Types by hand: a key every so many milliseconds. */
export function type(text: string, every: number) {
  for (const key of text) press(key, keyOf(key, "us").code, every);
}

/** The physical keys that a scanner presses for a code. */
export function codesOf(text: string, scanner: (typeof LAYOUTS)[number]): string[] {
  return [...text].map((wanted) => keyOf(wanted, scanner).code);
}

/** Presses a key as a browser would, its character included. Whether the page got it. */
export function press(key: string, code = key, after = SCANNER_MS, more: KeyboardEventInit = {}): boolean {
  wait(after);
  const reached = dispatch("keydown", key, code, more);
  const field = document.activeElement;
  if (reached && key.length === 1 && !more.ctrlKey && field instanceof HTMLInputElement) {
    field.setRangeText(key, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return reached;
}

/** Lets a key up. Whether the page got it. */
export function release(key: string, code: string): boolean {
  return dispatch("keyup", key, code);
}

export function wait(milliseconds: number): void {
  now += milliseconds;
  vi.advanceTimersByTime(milliseconds);
}

/** Waits, and lets the desk answer. */
export async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function dispatch(type: "keydown" | "keyup", key: string, code: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent(type, { key, code, bubbles: true, cancelable: true, composed: true, ...more });
  Object.defineProperty(event, "timeStamp", { value: now });
  return (document.activeElement ?? document.body).dispatchEvent(event);
}

/** The keys that codes need: bare and under Shift, on a US keyboard and on a French one. */
const KEYS: Record<string, Record<(typeof LAYOUTS)[number], string>> = {
  Space: { us: "  ", french: "  " },
  Minus: { us: "-_", french: ")°" },
  Semicolon: { us: ";:", french: "mM" },
  KeyM: { us: "mM", french: ",?" },
  ...Object.fromEntries([..."1234567890"].map((digit, n) => [`Digit${digit}`, topRow(digit, n)])),
  ...Object.fromEntries([..."ABCDEFGHIJKLNOPQRSTUVWXYZ"].map((letter) => [`Key${letter}`, letterKey(letter)])),
};

function topRow(digit: string, n: number) {
  return { us: digit + "!@#$%^&*()"[n], french: "&é\"'(-è_çà"[n] + digit };
}

function letterKey(letter: string) {
  const swapped = { A: "Q", Q: "A", W: "Z", Z: "W" }[letter] ?? letter;
  return { us: letter.toLowerCase() + letter, french: swapped.toLowerCase() + swapped };
}

function keyOf(wanted: string, layout: (typeof LAYOUTS)[number]): { code: string; shift: boolean } {
  const found = Object.entries(KEYS).find(([, on]) => on[layout].includes(wanted));
  if (!found) throw new Error(`${wanted} is not on the ${layout} keyboard`);
  return { code: found[0], shift: found[1][layout].indexOf(wanted) === 1 };
}

function characterOf(
  code: string,
  shift: boolean,
  layout: (typeof LAYOUTS)[number],
  caps: Setting["capsLock"],
): string {
  const [bare = "", shifted = ""] = KEYS[code]?.[layout] ?? "";
  const isLetter = bare !== bare.toUpperCase() && /[a-z]/.test(bare);
  const isTurned = (caps !== "off" && isLetter) || (caps === "on Windows" && layout === "french" && code !== "Space");
  const character = shift === isTurned ? bare : shifted;
  return caps === "on" && !isLetter ? character.toUpperCase() : character;
}
