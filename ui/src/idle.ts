/**
 * Nobody at the PC: no key, no movement, for a while. The computer may have slept meanwhile, and
 * timers with it: it is the clock that tells how long it was.
 */

/** How often the clock is looked at, in milliseconds. */
const EVERY_MS = 5_000;
const MINUTE_MS = 60_000;

const STIRRINGS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"];

export class IdleWatch {
  #since = Date.now();
  #place: readonly [number, number] | undefined;
  readonly #longest: number;
  readonly #clock: ReturnType<typeof setInterval>;

  /** Calls `onidle` after so many minutes without a stir, and again as long as it goes on. */
  constructor(
    minutes: number,
    private readonly onidle: () => void,
  ) {
    this.#longest = minutes * MINUTE_MS;
    this.#clock = setInterval(this.#look, EVERY_MS);
    for (const kind of STIRRINGS) window.addEventListener(kind, this.stir, { capture: true, passive: true });
    window.addEventListener("focus", this.#look);
    document.addEventListener("visibilitychange", this.#look);
  }

  /** Somebody is there. The first movement after too long is no reason to go on. */
  stir = (event?: Event): void => {
    if (event instanceof PointerEvent && event.type === "pointermove" && !this.#hasMoved(event)) return;
    if (!this.#look()) this.#since = Date.now();
  };

  /** A webview tells of a pointer that lies still, too, whenever the page changes beneath it. */
  #hasMoved({ screenX, screenY }: PointerEvent): boolean {
    const before = this.#place;
    this.#place = [screenX, screenY];
    return before !== undefined && (before[0] !== screenX || before[1] !== screenY);
  }

  stop(): void {
    clearInterval(this.#clock);
    for (const kind of STIRRINGS) window.removeEventListener(kind, this.stir, { capture: true });
    window.removeEventListener("focus", this.#look);
    document.removeEventListener("visibilitychange", this.#look);
  }

  /** Whether it was too long. */
  #look = (): boolean => {
    const now = Date.now();
    // A clock that was put back: nobody stays for longer than that.
    this.#since = Math.min(this.#since, now);
    const isIdle = now - this.#since >= this.#longest;
    if (isIdle) this.onidle();
    return isIdle;
  };
}
