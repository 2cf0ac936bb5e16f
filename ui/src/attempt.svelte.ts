/** One try at something the rules may refuse: a form to send, a button pressed. */
import type { FieldFault, UserError } from "./api";
import { problemOf } from "./desk";
import { faultsOf, sentenceOfFault } from "./problem";

/** A line of the summary of what is to be corrected. */
export type Point = { field: string; label: string; sentence: string };

export class Attempt {
  /** Being sent: the button is not pressed twice. */
  busy = $state(false);
  /** What prevents it, when it is not a field to correct. */
  problem = $state.raw<UserError>();
  #faults = $state.raw<FieldFault[]>([]);

  /** Does it; gives what came of it, or nothing when something is to be corrected. */
  async run<Outcome>(act: () => Promise<Outcome>): Promise<{ outcome: Outcome } | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    try {
      const outcome = await act();
      this.clear();
      return { outcome };
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.#faults = faultsOf(problem);
      this.problem = this.#faults.length === 0 ? problem : undefined;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** Notes a field to correct before anything is sent. */
  refuse(fault: FieldFault): void {
    this.problem = undefined;
    this.#faults = [fault];
  }

  /** Forgets what was to be corrected. */
  clear(): void {
    this.#faults = [];
    this.problem = undefined;
  }

  /** What is to be corrected in a field, in a sentence. */
  at(field: string): string | undefined {
    const fault = this.#faults.find((fault) => fault.field === field);
    return fault && sentenceOfFault(fault);
  }

  /** The summary, in the order of the form; `labels` names each field as the form does. */
  points(labels: Record<string, string>): Point[] {
    return this.#faults.map((fault) => ({
      field: fault.field,
      label: labels[fault.field] ?? fault.field,
      sentence: lowered(sentenceOfFault(fault)),
    }));
  }
}

/** After a colon, a sentence goes on in lower case. */
function lowered(sentence: string): string {
  return sentence.charAt(0).toLocaleLowerCase("fr") + sentence.slice(1);
}
