import type { KeyStroke } from "../api";
import { isSigned, SIGNED_LENGTH, startOfCode } from "./code";

/** A hand does not keep this up over several keys: the average, in milliseconds a character. */
const FAST_MS = 30;
/** A hand rarely waits less between keys; after this long without one, in milliseconds, it is over. */
const SILENCE_MS = 100;
/** On a busy computer a scan may stop for this long, in milliseconds, and go on. */
const PAUSE_MS = 250;
/** A signed code is known by its first keys and ends by its length, so it may stop for longer. */
const SIGNED_PAUSE_MS = 1500;
/** The shortest code there is. */
const SHORTEST_SCAN = 8;
/** Fewer fast keys than this may be a hand rolling over the keyboard. */
const SHORTEST_BURST = 3;

/** Keys that follow one another without a silence, and how fast. */
export class Burst {
  readonly strokes: KeyStroke[] = [];
  readonly #times: number[] = [];
  #start = 0;

  /** @param time of the key press, in milliseconds, as `Event.timeStamp` gives it. */
  add(stroke: KeyStroke, time: number): void {
    this.strokes.push(stroke);
    this.#times.push(time);
    this.#start = startOfCode(this.strokes);
  }

  get isEmpty(): boolean {
    return this.strokes.length === 0;
  }

  /** The keys of the code. */
  get code(): KeyStroke[] {
    return this.strokes.slice(this.#start);
  }

  /** What was typed just before it, without a silence between. */
  get before(): KeyStroke[] {
    return this.strokes.slice(0, this.#start);
  }

  /** When its last key was pressed. */
  get last(): number {
    return this.#times.at(-1) ?? -Infinity;
  }

  /** How long a silence ends it, in milliseconds. */
  get patience(): number {
    if (!this.isMachineMade) return SILENCE_MS;
    return this.isSigned ? SIGNED_PAUSE_MS : PAUSE_MS;
  }

  /** Whether a key pressed at `time` no longer belongs to it. */
  isOverAt(time: number): boolean {
    return !this.isEmpty && time - this.last >= this.patience;
  }

  /** As far as it goes, this is a signed code. */
  get isSigned(): boolean {
    return isSigned(this.code);
  }

  /** A signed code to its last key: nothing more of it will come. */
  get isWhole(): boolean {
    return this.isSigned && this.code.length === SIGNED_LENGTH;
  }

  /** No hand typed this. */
  get isMachineMade(): boolean {
    return this.#isFast && (this.isSigned || this.strokes.length >= SHORTEST_BURST);
  }

  /** By its rhythm and length, this is a scan: pauses, too, must be rarer than a hand's. */
  get isScan(): boolean {
    const quick = this.#quick.length;
    const pauses = this.code.length - 1 - quick;
    return this.code.length >= SHORTEST_SCAN && this.#isFast && pauses * 2 <= quick;
  }

  get #isFast(): boolean {
    const quick = this.#quick;
    return quick.length > 0 && quick.reduce((sum, gap) => sum + gap) / quick.length < FAST_MS;
  }

  /** The time between the keys of the code, the pauses left out. */
  get #quick(): number[] {
    const times = this.#times.slice(this.#start);
    return times.map((time, n) => time - (times[n - 1] ?? -Infinity)).filter((gap) => gap < SILENCE_MS);
  }
}
