/** Signed codes at a counter whose computer is busy: keys come late, and none of them is lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CAPS_LOCKS, codesOf, focused, heard, LAYOUTS, press, scan, SIGNED, type, wait } from "../../test/keyboard";
import type { KeyStroke } from "../api";
import { listenForScans } from "./wedge";

/** Late by so many milliseconds: the third key, some in the midst, the last. */
const LATE = { 2: 700, 5: 300, 30: 900, 31: 300, 80: 1400, 121: 1200 };
const OTHER = [...SIGNED].reverse().join("").replace(/^(.*)1P$/, "P1$1");

let scans: KeyStroke[][];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  stop = listenForScans({ onScan: (strokes) => scans.push(strokes), isPass: async () => true });
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  document.body.innerHTML = "";
});

const SETTINGS = LAYOUTS.flatMap((scanner) =>
  LAYOUTS.flatMap((computer) => CAPS_LOCKS.map((capsLock) => ({ scanner, computer, capsLock }))),
);

describe.each(SETTINGS)("a $scanner scanner on a $computer computer, Caps Lock $capsLock", (setting) => {
  it("is read whole with late keys, leaves the field as it was and presses nothing", () => {
    const field = dupont();
    scan(SIGNED, { ...setting, late: LATE });
    wait(900);
    expect(press("Enter")).toBe(false);
    wait(2000);
    expect(codes()).toEqual([codesOf(SIGNED, setting.scanner)]);
    expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(["Dupont", 2, 4]);
  });

  it("keeps two codes apart, however close", () => {
    const field = dupont();
    for (const between of [0, 300]) {
      scans = [];
      scan(SIGNED, setting);
      press("Enter");
      wait(between);
      scan(OTHER, setting);
      press("Enter");
      expect(codes()).toEqual([codesOf(SIGNED, setting.scanner), codesOf(OTHER, setting.scanner)]);
    }
    expect(field.value).toBe("Dupont");
  });
});

it("a signed code ends with its last key, and swallows one suffix that comes much later", () => {
  focused("<input>");
  scan(SIGNED);
  expect(scans).toHaveLength(1);
  wait(1000);
  expect(press("Enter")).toBe(false);
  wait(200);
  expect(press("Enter")).toBe(true);
});

it("two codes without a suffix, one right after the other, are two scans", () => {
  const field = dupont();
  scan(SIGNED + OTHER);
  expect(scans.map((strokes) => strokes.length)).toEqual([122, 122]);
  expect(field.value).toBe("Dupont");
});

it("a signed code that breaks off is given up in the end, and told rather than typed", () => {
  const field = dupont();
  scan(SIGNED.slice(0, 60));
  wait(1400);
  expect(scans).toEqual([]);
  wait(200);
  expect(scans.map((strokes) => strokes.length)).toEqual([60]);
  expect(field.value).toBe("Dupont");
});

it("outside a field, late keys trigger no shortcut", () => {
  focused("<button>Enregistrer</button>");
  const keys = heard();
  scan(SIGNED, { late: LATE });
  expect(press("Enter")).toBe(false);
  wait(2000);
  expect([keys, scans.length]).toEqual([[], 1]);
});

it("a number is waited for no longer than before", () => {
  focused("<button>Enregistrer</button>");
  scan("P1234567890");
  wait(260);
  expect(scans).toHaveLength(1);
});

it("a hand that rolls over P and 1 keeps what it types next", () => {
  const field = focused("<input>") as HTMLInputElement;
  type("P1", 10);
  type("23 RUE PASTEUR BATIMENT C", 120);
  expect(press("Enter")).toBe(true);
  wait(2000);
  expect(field.value).toBe("P123 RUE PASTEUR BATIMENT C");
  type("P1A", 10);
  type("BCDEFGHIJKL", 250);
  wait(2000);
  expect(field.value).toBe("P123 RUE PASTEUR BATIMENT CP1ABCDEFGHIJKL");
  expect(scans).toEqual([]);
});

function dupont(): HTMLInputElement {
  const field = focused('<input value="Dupont">') as HTMLInputElement;
  field.setSelectionRange(2, 4);
  return field;
}

function codes(): string[][] {
  return scans.map((strokes) => strokes.map(({ code }) => code));
}
