/** A file being read for its passes: how far it has come, and a way to stop it. */
import type { CodeFound, ReadProgress, UserError } from "./api";
import { desk, problemOf } from "./desk";

/** The largest file that the desk opens, in bytes: `MAX_BYTES` of crates/reader. */
const MAX_BYTES = 64 * 1024 * 1024;
const TOO_LARGE: UserError = { code: "unreadable", data: { fault: "too-large" }, incident: false };

/** A reading over sooner than this, in milliseconds, would only flash. */
const SOON_MS = 400;

export class FileReading {
  /** Being read for so long that a person should see how far it has come. */
  lasts = $state(false);
  progress = $state.raw<ReadProgress>();
  /** Why the last file gave nothing. */
  problem = $state.raw<UserError>();
  #turn = new AbortController();
  #soon: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Gives the passes found in a file, or nothing when it was stopped or cannot be read. Whoever
   * gives a file while another is being read has changed their mind: it takes the other's place.
   */
  read(file: File): Promise<CodeFound[] | undefined> {
    this.stop();
    this.problem = undefined;
    this.#turn = new AbortController();
    this.#soon = setTimeout(() => (this.lasts = true), SOON_MS);
    const { signal } = this.#turn;
    // The desk reads one file at a time, and a stopped one takes a moment to end.
    const found = this.#last.then(() => this.#find(file, signal));
    this.#last = found;
    return found;
  }

  /** As if nothing had been asked. */
  stop(): void {
    this.#turn.abort();
    this.#rest();
  }

  async #find(file: File, signal: AbortSignal): Promise<CodeFound[] | undefined> {
    if (signal.aborted) return undefined;
    try {
      // Before its bytes are in memory.
      if (file.size > MAX_BYTES) throw TOO_LARGE;
      const onProgress = (progress: ReadProgress) => {
        if (!signal.aborted) this.progress = progress;
      };
      const found = await desk.readFile(file, { signal, onProgress });
      return signal.aborted ? undefined : found;
    } catch (thrown) {
      if (!signal.aborted) this.problem = problemOf(thrown);
      return undefined;
    } finally {
      if (!signal.aborted) this.#rest();
    }
  }

  #rest(): void {
    clearTimeout(this.#soon);
    this.lasts = false;
    this.progress = undefined;
  }
}
