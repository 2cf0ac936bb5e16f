import type { KeyStroke } from "../api";

/** What a key press may be to a scan. */
export type Part =
  /** A character of it. */
  | "character"
  /** The key that ends it: Enter or Tab. */
  | "suffix"
  /** Shift and the locks, pressed between characters. */
  | "modifier"
  /** Nothing a scanner sends: a combination, a dead key, an arrow, a key held down. */
  | "foreign";

const MODIFIERS = new Set(["Shift", "CapsLock", "NumLock"]);

/** Tells what part of a scan a `keydown` may be. */
export function partOf(event: KeyboardEvent): Part {
  if (MODIFIERS.has(event.key)) return "modifier";
  if (isCombined(event) || event.repeat || event.isComposing) return "foreign";
  if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) return "suffix";
  if (isCharacter(event.key) || isNumericPadDigit(event.code)) return "character";
  return "foreign";
}

export function strokeOf(event: KeyboardEvent): KeyStroke {
  const code = event.code === "Unidentified" ? "" : event.code;
  return { key: event.key, code, shift: event.shiftKey };
}

/** Whether the key gives one character, rather than being called by a name such as `Process`. */
export function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

/** With Num Lock off these keys are arrows to the page, and still digits of a scan. */
function isNumericPadDigit(code: string): boolean {
  return /^Numpad\d$/.test(code);
}

function isCombined(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph");
}
