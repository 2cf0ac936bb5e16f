import type { KeyStroke } from './keys';

/** A hand does not keep this up over several keys: the average, in milliseconds a character. */
const FAST_MS = 30;
/** After this long without a key, in milliseconds, the scan is over. */
export const SILENCE_MS = 100;
/** The shortest code there is. */
const SHORTEST_SCAN = 8;
/** Fewer fast keys than this may be a hand rolling over the keyboard. */
const SHORTEST_BURST = 4;

/** Keys that follow one another without a silence, and how fast. */
export class Burst {
  readonly strokes: KeyStroke[] = [];
  #began = 0;
  #last = 0;

  /** @param time of the key press, in milliseconds, as `Event.timeStamp` gives it. */
  add(stroke: KeyStroke, time: number): void {
    if (this.strokes.length === 0) this.#began = time;
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

  /** Whether a key pressed at `time` no longer belongs to it. */
  isOverAt(time: number): boolean {
    return !this.isEmpty && time - this.#last >= SILENCE_MS;
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
    return (this.#last - this.#began) / (this.strokes.length - 1) < FAST_MS;
  }
}
