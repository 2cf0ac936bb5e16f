/**
 * What a screen shows, kept true: loaded when the screen opens, and again whenever the desk
 * announces that a matter it is made of has changed.
 */
import type { Topic, UserError } from "./api";
import { desk, problemOf } from "./desk";

/** A view of the ledger: nothing yet, then its value or what prevents it. */
export class Live<View> {
  value = $state.raw<View>();
  problem = $state.raw<UserError>();
  #asked = 0;

  constructor(private readonly load: () => Promise<View>) {}

  /** Asks again. An answer overtaken by a later question is dropped. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked;
    try {
      const value = await this.load();
      if (turn !== this.#asked) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (turn === this.#asked) this.problem = problemOf(error);
    }
  }
}

/** A view loaded by `load`, again when what `load` reads at once changes, or one of `topics` does. */
export function live<View>(load: () => Promise<View>, topics: Topic[]): Live<View> {
  const view = new Live(load);
  $effect(() => {
    void view.refresh();
  });
  $effect(() =>
    desk.onChange((changed) => {
      if (changed.some((topic) => topics.includes(topic))) void view.refresh();
    }),
  );
  return view;
}
