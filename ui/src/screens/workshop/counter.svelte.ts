/**
 * The counter of one workshop: for whom the next pass is, and the answer to the last one. A
 * refusal leaves no trace in the ledger; it stays on this screen until that person's next pass.
 */
import type { CodeRead, PassId, Redemption, RedeemForm, RedemptionAnswer, Refusal, ServiceRef } from "../../api";
import { Attempt } from "../../attempt.svelte";
import { desk } from "../../desk";
import { play, type Tone } from "../../sound";

/** A pass held out, and what was answered. */
export type Presented = { read: CodeRead; attendee_id: number | null; answer: RedemptionAnswer };

/** What a person settles after being asked. */
type Settled = { service?: ServiceRef; choice?: PassId; keep_for_examination?: boolean };

export class Counter {
  /** For whom the next pass is; nobody in particular when null. */
  forWhom = $state<number | null>(null);
  /** For what; the desk asks only when it cannot tell. */
  service = $state<ServiceRef | null>(null);
  last = $state.raw<Presented>();
  /** The last refusal of each person, by row; 0 for a pass without a name. */
  refusals = $state.raw<Record<number, Refusal>>({});
  readonly attempt = new Attempt();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly workshop: number,
    private readonly withSounds: () => boolean,
  ) {}

  /** Takes a pass for whom it is now. Two scans in a row are answered in their order. */
  present(read: CodeRead): Promise<void> {
    const attendee_id = this.forWhom;
    return this.#inTurn(() => this.#redeem(read, attendee_id, {}));
  }

  /** Takes the last pass again, with what was asked now settled. */
  settle(settled: Settled): Promise<void> {
    const asked = this.last;
    if (!asked) return Promise.resolve();
    return this.#inTurn(() => this.#redeem(asked.read, asked.attendee_id, settled));
  }

  /** The redemption just made, if it was. */
  get made(): Redemption | undefined {
    return this.last?.answer.kind === "accepted" ? this.last.answer.redemption : undefined;
  }

  /** Clears the answer: what it spoke of is no longer so. */
  forget(): void {
    this.last = undefined;
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #redeem(read: CodeRead, attendee_id: number | null, settled: Settled): Promise<void> {
    const form: RedeemForm = {
      read,
      workshop_id: this.workshop,
      attendee_id,
      service: settled.service ?? this.service,
      choice: settled.choice ?? null,
      keep_for_examination: settled.keep_for_examination ?? false,
    };
    const done = await this.attempt.run(() => desk.redeem(form));
    if (!done) {
      this.last = undefined;
      play("refused", this.withSounds());
      return;
    }
    this.last = { read, attendee_id, answer: done.outcome };
    this.#note(attendee_id ?? 0, done.outcome);
    play(toneOf(done.outcome), this.withSounds());
  }

  #note(person: number, answer: RedemptionAnswer): void {
    const { [person]: _, ...others } = this.refusals;
    this.refusals = answer.kind === "refused" ? { ...others, [person]: answer.refusal } : others;
  }
}

function toneOf(answer: RedemptionAnswer): Tone {
  switch (answer.kind) {
    case "accepted":
      return answer.redemption.doubt ? "provisional" : "accepted";
    case "kept":
    case "which_pass":
    case "which_service":
      return "provisional";
    case "refused":
      return "refused";
  }
}
