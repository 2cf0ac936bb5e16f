import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { focused, heard, pass, press, release, scan, SIGNED, type, wait } from "../../test/keyboard";
import type { KeyStroke } from "../api";
import { listenForScans } from "./wedge";

const NUMBER = "MGP-0123456789";

let scans: KeyStroke[][];
let isPass: (strokes: KeyStroke[]) => Promise<boolean>;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  isPass = async () => true;
  stop = listenForScans({ onScan: (strokes) => scans.push(strokes), isPass: (strokes) => isPass(strokes) });
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
    scan(SIGNED);
    expect(press("Enter")).toBe(false);
    expect(field.value).toBe("Dupont");
    expect([field.selectionStart, field.selectionEnd, field.selectionDirection]).toEqual([2, 4, "backward"]);
    expect(keysOf(scans)).toEqual([SIGNED]);
    expect(submitted).not.toHaveBeenCalled();
  });

  it("tells the page that the field is back as it was", () => {
    const field = focused("<input>") as HTMLInputElement;
    let bound = "";
    field.addEventListener("input", () => (bound = field.value));
    scan(SIGNED);
    press("Enter");
    expect(bound).toBe("");
  });

  it("ends in silence when the scanner sends no suffix, and swallows one that comes late", async () => {
    focused("<input>");
    scan(NUMBER);
    expect(scans).toEqual([]);
    await pass(260);
    expect(keysOf(scans)).toEqual([NUMBER]);
    expect(press("Tab")).toBe(false);
    wait(300);
    expect(press("Tab")).toBe(true);
  });

  it("swallows both keys of a double suffix", () => {
    focused("<input>");
    scan(SIGNED);
    expect([press("Enter"), press("Enter")]).toEqual([false, false]);
    expect(scans).toHaveLength(1);
  });

  it("lets whoever holds Tab down get on after a scan", () => {
    focused("<input>");
    scan(SIGNED);
    const reached = Array.from({ length: 5 }, () => press("Tab", "Tab", 40));
    expect(reached).toEqual([false, false, true, true, true]);
  });

  it("survives a pause in the midst of it", () => {
    focused("<input>");
    scan(NUMBER, { late: { 9: 150 } });
    press("Enter");
    expect(keysOf(scans)).toEqual([NUMBER]);
  });

  it("leaves what a hand has typed just before it", () => {
    const field = focused('<input value="le ">') as HTMLInputElement;
    field.setSelectionRange(3, 3);
    type("Odile", 45);
    scan(SIGNED);
    press("Enter");
    expect(keysOf(scans)).toEqual([SIGNED]);
    expect(field.value).toBe("le Odile");
  });

  it("gives a list back its choice", () => {
    const list = focused("<select><option>Aubervilliers<option>Paris</select>") as HTMLSelectElement;
    const chosen: string[] = [];
    list.addEventListener("change", () => chosen.push(list.value));
    list.addEventListener("keydown", () => (list.selectedIndex = 1), { once: true });
    scan(SIGNED);
    press("Enter");
    expect([list.value, chosen]).toEqual(["Aubervilliers", ["Aubervilliers"]]);
  });
});

describe("a hand in a field", () => {
  it("is never delayed, however much it types like a code", () => {
    const field = focused("<input>") as HTMLInputElement;
    const seen = [..."P12345678"].map((key) => (type(key, 45), field.value));
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

  it("gets back what is typed like a scan, without Enter, and is no pass", async () => {
    isPass = async () => false;
    for (const text of ["06 12 34 56 78", "12345678200010", "AB12CD34"]) {
      const field = focused('<input value="le ">') as HTMLInputElement;
      field.setSelectionRange(3, 3);
      scan(text);
      await pass(260);
      expect(field.value).toBe(`le ${text}`);
    }
    expect(scans).toEqual([]);
  });

  it("is not asked about a scan that Enter ends, nor about a signed one", async () => {
    isPass = vi.fn(async () => false);
    focused("<input>");
    scan("0612345678");
    press("Enter");
    scan(SIGNED);
    await pass(260);
    expect(keysOf(scans)).toEqual(["0612345678", SIGNED]);
    expect(isPass).not.toHaveBeenCalled();
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
    const keys = heard();
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
    const keys = heard();
    scan("12345");
    expect(press("Enter")).toBe(false);
    wait(500);
    expect([keys, scans]).toEqual([[], []]);
  });

  it("a hand still has its shortcuts, its Space and its Enter", () => {
    focused("<button>Enregistrer</button>");
    const keys = heard();
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
  scan(SIGNED);
  expect(release("Z", "KeyZ")).toBe(false);
  expect(released).not.toHaveBeenCalled();
});

it("stops listening when it is told to", () => {
  const field = focused("<input>") as HTMLInputElement;
  stop();
  scan(SIGNED);
  expect(press("Enter")).toBe(true);
  wait(500);
  expect(field.value).toBe(SIGNED);
  expect(scans).toEqual([]);
});

function keysOf(all: KeyStroke[][]): string[] {
  return all.map((strokes) => strokes.map(({ key }) => key).join(""));
}
