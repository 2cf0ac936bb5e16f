/**
 * The lock of the ledger, played: a passphrase, a recovery sheet, and what waits for the sheet to
 * be confirmed. A letter U, which no recovery code has, stands for a typing slip.
 */
import type { FieldFault, PassphraseForm, ProtectForm, Protection, RecoverForm, SheetView, UserError } from "../types";
import { fault, refuseFields } from "./rules";

const GROUPS = 6;
const GROUP = 4;
const LEAST = 12;
const MOST = 1_024;
const LEAST_DIFFERENT = 5;
/** As on a fast computer, in milliseconds. */
const PONDER_MS = 150;

/** The codes that are drawn, one after the other. */
const CODES = [
  ["7K3M", "Q9XD", "2VTA", "H5RN", "8CWE", "0JYB"],
  ["D4ZP", "61GH", "XQ8S", "MN2F", "V7KT", "3ARW"],
];

/** What waits for its sheet to be confirmed. */
type Draft = { passphrase: string; code: string[]; asked: number };

export class Lock {
  #passphrase: string | null = null;
  #code: string[] = [];
  #made_on: string | null = null;
  #draft: Draft | undefined;
  #drawn = 0;
  #shut = false;

  /** One that was set on an earlier day, and is open. */
  static set(passphrase: string, made_on: string): Lock {
    const lock = new Lock();
    lock.#passphrase = passphrase;
    lock.#code = lock.#draw();
    lock.#made_on = made_on;
    return lock;
  }

  /** The same, shut. */
  static shut(passphrase: string, made_on: string): Lock {
    const lock = Lock.set(passphrase, made_on);
    lock.#shut = true;
    return lock;
  }

  /** Shuts it, if there is what opens it. */
  close(): void {
    if (this.#passphrase === null) throw { code: "not-protected", data: null, incident: false } satisfies UserError;
    this.#shut = true;
  }

  /** Whether that is the code of the sheet in force. */
  recogniseCode(typed: string): void {
    refuseFields(codeFaults(typed, this.#code));
  }

  get isShut(): boolean {
    return this.#shut;
  }

  get protection(): Protection {
    return { is_protected: this.#passphrase !== null, sheet_made_on: this.#made_on };
  }

  /** Whether there is a sheet to print. */
  get hasDraft(): boolean {
    return this.#draft !== undefined;
  }

  async open(passphrase: string): Promise<void> {
    await ponder();
    this.#recognise("passphrase", passphrase);
    this.#shut = false;
  }

  async recover({ code, passphrase, again }: RecoverForm): Promise<void> {
    await ponder();
    refuseFields([...codeFaults(code, this.#code), ...passphraseFaults(passphrase, again)]);
    this.#passphrase = passphrase;
    this.#shut = false;
  }

  async protect({ passphrase, again }: ProtectForm): Promise<SheetView> {
    if (this.#passphrase !== null) throw { code: "protected", data: null, incident: false } satisfies UserError;
    refuseFields(passphraseFaults(passphrase, again));
    await ponder();
    return this.#propose(passphrase);
  }

  async renew(passphrase: string): Promise<SheetView> {
    await ponder();
    this.#recognise("passphrase", passphrase);
    return this.#propose(passphrase);
  }

  confirm(group: string, today: string): void {
    const draft = this.#draft;
    if (!draft) throw { code: "missing", data: null, incident: false } satisfies UserError;
    const isRight = signsOf(group) === draft.code[draft.asked - 1];
    refuseFields(isRight ? [] : [fault("group", "recovery-group-differs", { kind: "group_differs" })]);
    this.#passphrase = draft.passphrase;
    this.#code = draft.code;
    this.#made_on = today;
    this.#draft = undefined;
  }

  drop(): void {
    this.#draft = undefined;
  }

  async change({ current, passphrase, again }: PassphraseForm): Promise<void> {
    await ponder();
    this.#recognise("current", current);
    refuseFields(passphraseFaults(passphrase, again));
    this.#passphrase = passphrase;
  }

  #recognise(field: string, typed: string): void {
    refuseFields(typed === this.#passphrase ? [] : [fault(field, "passphrase-wrong", { kind: "wrong" })]);
  }

  #propose(passphrase: string): SheetView {
    const code = this.#draw();
    const asked = (this.#drawn % GROUPS) + 1;
    this.#draft = { passphrase, code, asked };
    return { code: [...code], asked };
  }

  #draw(): string[] {
    return CODES[this.#drawn++ % CODES.length] ?? [];
  }
}

/** While the lock is shut, every method but those that open it says so and does nothing; `allow` may say no too. */
export function behind<Shut extends object>(
  lock: Lock,
  shut: Shut,
  openers: (keyof Shut)[],
  allow: (name: keyof Shut) => void,
): Shut {
  const methods = shut as Record<string, unknown>;
  for (const name of [...Object.keys(shut), ...Object.getOwnPropertyNames(Object.getPrototypeOf(shut))]) {
    const method = methods[name];
    if (typeof method !== "function" || name === "constructor" || openers.includes(name as keyof Shut)) continue;
    methods[name] = async (...given: unknown[]) => {
      if (lock.isShut) throw { code: "locked", data: null, incident: false } satisfies UserError;
      allow(name as keyof Shut);
      return method.apply(shut, given);
    };
  }
  return shut;
}

function ponder(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PONDER_MS));
}

/** What counts of a code: Crockford's letters, where O is a nought, I and L are ones. */
function signsOf(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
}

function codeFaults(typed: string, code: string[]): FieldFault[] {
  const signs = signsOf(typed);
  if (signs.length !== GROUPS * GROUP)
    return [fault("code", "recovery-length", { kind: "length", count: signs.length, needed: GROUPS * GROUP })];
  const slip = signs.indexOf("U");
  const rank = Math.floor(slip / GROUP) + 1;
  if (slip >= 0) return [fault("code", "recovery-group", { kind: "group", rank })];
  return signs === code.join("") ? [] : [fault("code", "recovery-wrong", { kind: "wrong" })];
}

function passphraseFaults(passphrase: string, again: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const length = [...passphrase].length;
  if (length < LEAST) {
    faults.push(fault("passphrase", "passphrase-too-short", { kind: "too_short", least: LEAST }));
  } else if (length > MOST) faults.push(fault("passphrase", "passphrase-too-long", { kind: "too_long", most: MOST }));
  else if (new Set(passphrase).size < LEAST_DIFFERENT) {
    faults.push(fault("passphrase", "passphrase-too-plain", { kind: "too_plain" }));
  }
  if (passphrase !== again) faults.push(fault("again", "passphrase-different", { kind: "different" }));
  return faults;
}
