import type { KeyStroke } from "../api";
import { Burst } from "./burst";
import { couldBeCode } from "./code";
import { remember, takesCharacters, takesText, targetOf, type, type Memory } from "./field";
import { isCharacter, partOf, strokeOf } from "./keys";

export interface WedgeOptions {
  /** Called once a scan is whole; what it typed has been taken back by then. */
  onScan(strokes: KeyStroke[]): void;
  /**
   * Whether these keys are a pass, or were meant to be. Asked only of a number in a field that
   * neither Enter nor Tab ended: dictation and text expanders type telephone numbers as fast as a
   * scanner, and what is no pass goes back to where it was typed.
   */
  isPass(strokes: KeyStroke[]): Promise<boolean>;
}

/** A lone key outside a field waits this long for a second one before the page hears of it. */
const HOLD_MS = 60;
/** An Enter or a Tab this soon after the end of a scan is still its suffix: a slow one, or a second. */
const LATE_SUFFIX_MS = 100;
/** A carriage return and a line feed: no scanner adds more, and whoever holds Tab down gets on. */
const MOST_SUFFIXES = 2;
/** A timer this late means that the page was busy, and that keys may be waiting behind it. */
const BUSY_MS = 30;

/**
 * Listens for a scanner that types, wherever the focus is.
 *
 * Keys in a field go through untouched, so that typing is never delayed. Once they make a scan, by
 * their rhythm and by what they are, the field gets back what it held, and the rest of the scan is
 * kept from the page with its Enter or Tab. Outside a field, where a character changes nothing but
 * might be a shortcut, keys wait a moment first.
 *
 * An open native `<select>` keeps its keys to itself: a scan made over one is not seen.
 *
 * @returns a function that stops listening
 */
export function listenForScans(options: WedgeOptions): () => void {
  const wedge = new Wedge(options);
  window.addEventListener("keydown", wedge.onKeyDown, { capture: true });
  window.addEventListener("keyup", wedge.onKeyUp, { capture: true });
  return () => {
    window.removeEventListener("keydown", wedge.onKeyDown, { capture: true });
    window.removeEventListener("keyup", wedge.onKeyUp, { capture: true });
    wedge.forget();
  };
}

/** A field that a burst has typed into. */
interface Touched {
  memory: Memory;
  typed: number;
}

class Wedge {
  readonly #options: WedgeOptions;
  #burst = new Burst();
  /** The burst is a scan: its keys no longer reach the page. */
  #caught = false;
  #touched = new Map<HTMLElement, Touched>();
  #held: KeyboardEvent[] = [];
  #replayed = new WeakSet<Event>();
  #swallowed = new Set<string>();
  #suffixUntil = -Infinity;
  #suffixesLeft = 0;
  #silence: number | undefined;
  #hold: number | undefined;

  constructor(options: WedgeOptions) {
    this.#options = options;
  }

  onKeyDown = (event: KeyboardEvent): void => {
    if (this.#replayed.has(event)) return;
    const part = partOf(event);
    if (part === "modifier") return;
    if (this.#burst.isOverAt(event.timeStamp)) this.#end();
    if (part === "character") this.#character(event);
    else if (part === "suffix") this.#suffix(event);
    else this.#foreign(event);
  };

  onKeyUp = (event: KeyboardEvent): void => {
    if (this.#swallowed.delete(physical(event))) keepFromPage(event);
  };

  /** Drops everything without a word. */
  forget(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#hold);
    this.#burst = new Burst();
    this.#caught = false;
    this.#touched.clear();
    this.#held = [];
  }

  #character(event: KeyboardEvent): void {
    const target = targetOf(event);
    this.#burst.add(strokeOf(event), event.timeStamp);
    this.#suffixUntil = -Infinity;
    this.#awaitSilence(this.#burst.patience);
    if (!this.#caught && this.#isScanInto(target)) this.#catch();
    if (this.#caught) this.#swallow(event);
    else if (takesCharacters(target)) this.#letThrough(event, target);
    else this.#holdBack(event);
    if (this.#caught && this.#burst.isWhole) this.#end();
  }

  #suffix(event: KeyboardEvent): void {
    if (this.#burst.isEmpty) {
      if (event.timeStamp < this.#suffixUntil) this.#swallowSuffix(event);
      return;
    }
    // Ends the scan; or, if it proves to be none, follows the text that is given back.
    const isNoKeyOfAHand = this.#burst.isMachineMade && !takesCharacters(targetOf(event));
    if (this.#end({ bySuffix: true }) || isNoKeyOfAHand) this.#swallowSuffix(event);
  }

  #swallowSuffix(event: KeyboardEvent): void {
    this.#suffixesLeft--;
    this.#suffixUntil = this.#suffixesLeft > 0 ? event.timeStamp + LATE_SUFFIX_MS : -Infinity;
    this.#swallow(event);
  }

  #foreign(event: KeyboardEvent): void {
    if (!this.#caught) {
      this.#end();
      return;
    }
    // A dead key in the midst of a scan: the readings that need it will be left out.
    if (!event.repeat) this.#burst.add(strokeOf(event), event.timeStamp);
    this.#swallow(event);
  }

  #isScanInto(target: Element | null): boolean {
    if (!this.#burst.isScan) return false;
    // Outside a field nothing is lost by taking any scan, and its Enter must not press a button.
    return !takesCharacters(target) || couldBeCode(this.#burst.code);
  }

  #catch(): void {
    this.#caught = true;
    clearTimeout(this.#hold);
    this.#held = [];
    const touched = [...this.#touched];
    const [first] = touched;
    for (const [, { memory, typed }] of touched.reverse()) memory.giveBack(typed);
    if (first && !first[0].matches(":focus, :focus-within")) first[0].focus({ preventScroll: true });
  }

  #letThrough(event: KeyboardEvent, target: HTMLElement): void {
    if (event.key === " " && this.#burst.isMachineMade && !takesText(target)) {
      this.#swallow(event);
      return;
    }
    const touched = this.#touched.get(target) ?? { memory: remember(target), typed: 0 };
    touched.typed++;
    this.#touched.set(target, touched);
  }

  #holdBack(event: KeyboardEvent): void {
    const isAlone = this.#burst.strokes.length === 1;
    // The page can be told later of a letter, but only the system can press a button or scroll.
    if (isAlone && (event.key === " " || !isCharacter(event.key))) return;
    keepFromPage(event);
    this.#held.push(event);
    clearTimeout(this.#hold);
    this.#hold = window.setTimeout(() => this.#release(), HOLD_MS);
  }

  /** Tells the page of the keys that a hand pressed. */
  #release(): void {
    clearTimeout(this.#hold);
    const held = this.#held;
    this.#held = [];
    if (this.#burst.isMachineMade) return;
    for (const { target, type, ...event } of held.map(copyable)) {
      const replay = new KeyboardEvent(type, event);
      this.#replayed.add(replay);
      target.dispatchEvent(replay);
    }
  }

  #awaitSilence(wait: number): void {
    clearTimeout(this.#silence);
    const due = performance.now() + wait;
    this.#silence = window.setTimeout(() => {
      if (performance.now() - due > BUSY_MS) this.#awaitSilence(BUSY_MS);
      else this.#end();
    }, wait);
  }

  /** The burst is over. Whether it was a scan. */
  #end({ bySuffix } = { bySuffix: false }): boolean {
    if (!this.#caught) this.#release();
    const { strokes, before, code, isSigned, last, patience } = this.#burst;
    const caught = this.#caught;
    const [field] = this.#touched.keys();
    this.#suffixesLeft = MOST_SUFFIXES;
    this.forget();
    if (!caught) return false;
    if (field && !couldBeCode(code)) {
      type(field, textOf(strokes));
      return false;
    }
    if (field) type(field, textOf(before));
    this.#suffixUntil = last + patience + LATE_SUFFIX_MS;
    if (bySuffix || isSigned || !takesText(field)) this.#options.onScan(code);
    else void this.#ask(code, field);
    return true;
  }

  async #ask(code: KeyStroke[], field: HTMLElement): Promise<void> {
    if (await this.#options.isPass(code)) this.#options.onScan(code);
    else type(field, textOf(code));
  }

  #swallow(event: KeyboardEvent): void {
    keepFromPage(event);
    this.#swallowed.add(physical(event));
  }
}

function keepFromPage(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function physical(event: KeyboardEvent): string {
  return event.code || event.key;
}

function copyable(event: KeyboardEvent) {
  const { type, key, code, location, shiftKey } = event;
  const target = event.target ?? window;
  return { target, type, key, code, location, shiftKey, bubbles: true, cancelable: true, composed: true };
}

/** What these keys have typed. */
function textOf(strokes: KeyStroke[]): string {
  return strokes.map(({ key }) => (isCharacter(key) ? key : "")).join("");
}
