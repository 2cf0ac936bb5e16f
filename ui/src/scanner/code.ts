import type { KeyStroke } from "../api";

/** How many keys a signed code has, its marker included: `CODE_LENGTH` of crates/domain/src/pass.rs. */
export const SIGNED_LENGTH = 122;

/**
 * Whether these keys could be a pass, under whichever layout the scanner and the computer have.
 *
 * Said of the physical keys, which no layout moves far: letters stay on letter keys (M on the key
 * right of L in French), digits on the top row or the numeric pad. It separates a scan from text
 * that a machine types quickly, such as a test or a text expander; whether it is a pass is for the
 * desk to say.
 */
export function couldBeCode(strokes: readonly KeyStroke[]): boolean {
  const { letters, digits, other } = count(strokes);
  if (other > 0 || letters + digits < 8) return false;
  return isMarker(strokes[0], strokes[1]) || digits >= letters;
}

/** Whether these keys are a signed code, as far as they go: `P1`, then nothing but Base32. */
export function isSigned(strokes: readonly KeyStroke[]): boolean {
  return startOfSigned(strokes) === 0;
}

/**
 * Where the code begins: with a signed code in the end, at its marker, whatever was typed just
 * before it; otherwise at the first key.
 */
export function startOfCode(strokes: readonly KeyStroke[]): number {
  // A number may hold `P1` too, in the letters of its programme and the digits of its booklet.
  return isNumber(strokes) ? 0 : Math.max(startOfSigned(strokes), 0);
}

/** Where the signed code in the end begins, or -1. Base32 has no 1: there is one marker at most. */
function startOfSigned(strokes: readonly KeyStroke[]): number {
  const one = strokes.findLastIndex((stroke) => !isBase32(stroke));
  return isMarker(strokes[one - 1], strokes[one]) ? one - 1 : -1;
}

/** P and 1 are the same keys on a US and on a French keyboard. */
function isMarker(first: KeyStroke | undefined, second: KeyStroke | undefined): boolean {
  return first !== undefined && second !== undefined && /^p$/i.test(nameOf(first)) && nameOf(second) === "1";
}

function isBase32(stroke: KeyStroke): boolean {
  return kindOf(stroke) === "letter" || /^[2-7]$/.test(nameOf(stroke));
}

/** Whether these keys lean to digits, as the number of a pass with its programme's letters does. */
function isNumber(strokes: readonly KeyStroke[]): boolean {
  const { letters, digits, other } = count(strokes);
  return other === 0 && digits >= letters;
}

function count(strokes: readonly KeyStroke[]): { letters: number; digits: number; other: number } {
  const kinds = strokes.map(kindOf);
  const of = (kind: Kind) => kinds.filter((found) => found === kind).length;
  return { letters: of("letter"), digits: of("digit"), other: of("other") };
}

type Kind = "digit" | "letter" | "separator" | "other";

function kindOf(stroke: KeyStroke): Kind {
  const name = nameOf(stroke);
  if (/^\d$/.test(name)) return "digit";
  if (/^[A-Za-z]$/.test(name) || name === "Semicolon") return "letter";
  return /^([ \-./]|Space|Minus|Comma|Period|Slash|Subtract|Decimal|Divide)$/.test(name) ? "separator" : "other";
}

/** What stands on the physical key of a US keyboard; the character, when the system names no key. */
function nameOf({ key, code }: KeyStroke): string {
  return code === "" ? key : code.replace(/^(Digit|Key|Numpad)(?=.)/, "");
}
