import type { KeyStroke } from "../api";

/** A hand does not keep this up over several keys: the average, in milliseconds a character. */
const FAST_MS = 30;
/** A hand rarely waits less between keys; after this long without one, in milliseconds, it is over. */
const SILENCE_MS = 100;
/** On a busy computer a scan may stop for this long, in milliseconds, and go on. */
const PAUSE_MS = 250;
/** The shortest code there is. */
const SHORTEST_SCAN = 8;
/** Fewer fast keys than this may be a hand rolling over the keyboard. */
const SHORTEST_BURST = 3;

/** Keys that follow one another without a silence, and how fast. */
export class Burst {
  readonly strokes: KeyStroke[] = [];
  #last = 0;
  /** The time between keys, without the pauses. */
  #typing = 0;
  #pauses = 0;

  /** @param time of the key press, in milliseconds, as `Event.timeStamp` gives it. */
  add(stroke: KeyStroke, time: number): void {
    if (!this.isEmpty) {
      const gap = time - this.#last;
      if (gap < SILENCE_MS) this.#typing += gap;
      else this.#pauses++;
    }
    this.#last = time;
    this.strokes.push(stroke);
  }

  get isEmpty(): boolean {
    return this.strokes.length === 0;
  }

  /** When its last key was pressed. */
  get last(): number {
    return this.#last;
  }

  /** How long a silence ends it, in milliseconds. */
  get patience(): number {
    return this.isMachineMade ? PAUSE_MS : SILENCE_MS;
  }

  /** Whether a key pressed at `time` no longer belongs to it. */
  isOverAt(time: number): boolean {
    return !this.isEmpty && time - this.#last >= this.patience;
  }

  /** No hand typed this. */
  get isMachineMade(): boolean {
    return this.strokes.length >= SHORTEST_BURST && this.#isFast;
  }

  /** By its rhythm and length, this is a scan. */
  get isScan(): boolean {
    return this.strokes.length >= SHORTEST_SCAN && this.#isFast;
  }

  get #isFast(): boolean {
    const gaps = this.strokes.length - 1 - this.#pauses;
    return gaps > 0 && this.#typing / gaps < FAST_MS;
  }
}
