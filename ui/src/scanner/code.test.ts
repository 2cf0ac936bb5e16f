import { expect, it } from "vitest";
import { SIGNED } from "../../test/keyboard";
import { couldBeCode, isSigned, startOfCode } from "./code";

it.each(["P1ABCDEF", "P1AZQWMKLNOPQRSTUV", "0123456789", "MGP-0123456789", "AB 12.34/56"])("takes %s for a code", (text) => {
  expect(couldBeCode(strokes(text))).toBe(true);
});

it.each(["", "1234567", "P1ABC", "JEAN-PIERRE DUPONT", "12 RUE DE LA PAIX", "PABCDEFGH", "12345678@9"])(
  "takes %s for a text",
  (text) => {
    expect(couldBeCode(strokes(text))).toBe(false);
  },
);

it("goes by the characters when the system names no key", () => {
  expect(couldBeCode(strokes("MGP-0123456789").map((stroke) => ({ ...stroke, code: "" })))).toBe(true);
  expect(couldBeCode(strokes("P1ABCDEF").map((stroke) => ({ ...stroke, code: "" })))).toBe(true);
  expect(couldBeCode(strokes("N’GUESSAN 1").map((stroke) => ({ ...stroke, code: "" })))).toBe(false);
});

it("goes by the keys when the layout garbles the characters", () => {
  const garbled = [..."&é\"'(-è_"].map((key, n) => ({ key, code: `Digit${n + 1}`, shift: false }));
  expect(couldBeCode(garbled)).toBe(true);
});

it("finds a signed code after what was typed just before it", () => {
  expect(startOfCode(strokes(`ODILE ${SIGNED}`))).toBe(6);
  expect(startOfCode(strokes(SIGNED))).toBe(0);
  expect(startOfCode(strokes("ODILE"))).toBe(0);
});

it("takes a number for one whole, P1 in the midst or not", () => {
  expect(startOfCode(strokes("AP1234567"))).toBe(0);
  expect(startOfCode(strokes("12P1-456723"))).toBe(0);
});

it("knows a signed code by its marker and its letters and digits, as far as it goes", () => {
  expect(["P1", "P1AZ27", SIGNED].map((text) => isSigned(strokes(text)))).toEqual([true, true, true]);
  expect(["", "P", "1P", "P1A0", "P10", "P1A BC"].map((text) => isSigned(strokes(text)))).not.toContain(true);
});

function strokes(text: string) {
  return [...text].map((key) => ({ key, code: codeOf(key), shift: false }));
}

function codeOf(key: string): string {
  if (/\d/.test(key)) return `Digit${key}`;
  if (/[A-Z]/.test(key)) return `Key${key}`;
  return { " ": "Space", "-": "Minus", ".": "Period", "/": "Slash" }[key] ?? "Quote";
}
