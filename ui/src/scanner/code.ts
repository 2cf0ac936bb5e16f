import type { KeyStroke } from "../api";

/**
 * Whether these keys could be a pass, under whichever layout the scanner and the computer have.
 *
 * Said of the physical keys, which no layout moves far: letters stay on letter keys (M on the key
 * right of L in French), digits on the top row or the numeric pad. It separates a scan from text
 * that a machine types quickly, such as a test or a text expander; whether it is a pass is for the
 * desk to say.
 */
export function couldBeCode(strokes: readonly KeyStroke[]): boolean {
  const kinds = strokes.map(kindOf);
  if (kinds.includes("other")) return false;
  const digits = kinds.filter((kind) => kind === "digit").length;
  const letters = kinds.filter((kind) => kind === "letter").length;
  if (digits + letters < 8) return false;
  return startsAsSigned(strokes) || digits >= letters;
}

type Kind = "digit" | "letter" | "separator" | "other";

function kindOf({ key, code }: KeyStroke): Kind {
  if (/^(Digit|Numpad)\d$/.test(code)) return "digit";
  if (/^Key[A-Z]$/.test(code) || code === "Semicolon") return "letter";
  if (/^(Space|Minus|Comma|Period|Slash|Numpad(Subtract|Decimal|Divide))$/.test(code)) return "separator";
  if (code !== "") return "other";
  if (/^\d$/.test(key)) return "digit";
  if (/^[A-Za-z]$/.test(key)) return "letter";
  return /^[ \-./]$/.test(key) ? "separator" : "other";
}

/** P and 1 are the same keys on a US and on a French keyboard. */
function startsAsSigned([first, second]: readonly KeyStroke[]): boolean {
  const isP = first?.code === "KeyP" || (first?.code === "" && /^p$/i.test(first.key));
  const isOne = second?.code === "Digit1" || second?.code === "Numpad1" || (second?.code === "" && second.key === "1");
  return isP && isOne;
}
