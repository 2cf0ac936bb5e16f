/** Who is here, played: places, the PINs that keep them, and what is a manager's to do. */
import type { Account, Desk, FieldFault, ForgottenPinForm, PinForm, SignInForm, UserError } from "..";
import { auditLine, type Ledger } from "./fixtures";
import type { Lock } from "./lock";
import { fault, missing, refuseFields } from "./rules";

const LEAST = 4;
const MOST = 8;
/** Failures in a row that cost nothing. */
const FREE = 3;
const WAIT_S = 30;

/** What anybody may ask, or the application by itself. */
const ANYBODYS = new Set<keyof Desk>([
  "situation",
  "setUp",
  "findCommunes",
  "listAccounts",
  "signIn",
  "lock",
  "closeLedger",
  "unlock",
  "recover",
  "forgetPin",
  "dropSheet",
  "sync",
  "onChange",
]);

const MANAGERS = new Set<keyof Desk>([
  "changeStructure",
  "addSite",
  "changeSite",
  "addAccount",
  "changeAccount",
  "closeAccount",
  "changeIdle",
  "listAudits",
  "saveAudits",
  "protect",
  "renewSheet",
  "confirmSheet",
  "changePassphrase",
  "contestRedemption",
  "enrol",
  "askEnrolment",
  "savePouch",
  "unpackPouch",
  "bringPouch",
  "saveReturn",
  "getRoute",
  "changeRoute",
]);

export class Session {
  #failures = new Map<number, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly lock: Lock,
  ) {}

  /** Who works here, as everybody sees them. */
  get accounts(): Account[] {
    return this.ledger.accounts.map((account) => ({ ...account, has_pin: this.ledger.pins[account.id] !== undefined }));
  }

  get account(): Account | null {
    return this.accounts.find(({ id }) => id === this.ledger.account) ?? null;
  }

  /** Says no to what is not for whoever is here. */
  allow(method: keyof Desk): void {
    if (ANYBODYS.has(method)) return;
    if (this.ledger.structure === null) throw refusal("not-set-up");
    const role = this.account?.role;
    if (role === undefined) throw refusal("nobody-here");
    if (role === "adviser" && MANAGERS.has(method)) throw refusal("not-allowed");
  }

  signIn({ account_id, pin }: SignInForm): void {
    if (!this.ledger.accounts.some(({ id }) => id === account_id)) throw missing();
    this.#tryPin(account_id, pin, "pin");
    this.#begin(account_id);
  }

  forgetPin({ account_id, code }: ForgottenPinForm): void {
    if (!this.lock.protection.is_protected) throw refusal("not-protected");
    this.lock.recogniseCode(code);
    delete this.ledger.pins[account_id];
    this.#failures.delete(account_id);
    this.#begin(account_id);
  }

  choosePin({ current, pin, again }: PinForm): void {
    const id = this.ledger.account;
    if (!this.lock.protection.is_protected) throw refusal("not-protected");
    if (id === null) throw refusal("nobody-here");
    refuseFields(pinFaults(pin, again));
    this.#tryPin(id, current, "current");
    this.ledger.pins[id] = digitsOf(pin);
    this.note("a choisi son code");
  }

  removePin(id: number): void {
    if (id !== this.ledger.account && this.account?.role !== "manager") throw refusal("not-allowed");
    delete this.ledger.pins[id];
    this.#failures.delete(id);
    this.note(`code de ${this.#nameOf(id)} effacé`);
  }

  close(id: number): void {
    if (id === this.ledger.account) throw refusal("own-account");
    this.note(`a retiré ${this.#nameOf(id)}`);
    this.ledger.accounts = this.ledger.accounts.filter((account) => account.id !== id);
    delete this.ledger.pins[id];
  }

  /** Writes down what whoever is here has done. */
  note(what: string): void {
    const { audits } = this.ledger;
    audits.push(auditLine(audits.length + 1, this.account?.name ?? null, what));
  }

  #begin(id: number): void {
    this.ledger.account = id;
    this.note("a pris sa place");
  }

  #tryPin(id: number, typed: string, field: string): void {
    const pin = this.ledger.pins[id];
    if (pin === undefined) return;
    const failures = this.#failures.get(id) ?? 0;
    if (failures >= FREE) throw { code: "pin-rests", data: { seconds: WAIT_S }, incident: false } satisfies UserError;
    if (digitsOf(typed) === pin) return void this.#failures.delete(id);
    this.#failures.set(id, failures + 1);
    refuseFields([fault(field, "pin-wrong", { kind: "wrong" })]);
  }

  #nameOf(id: number): string {
    return this.ledger.accounts.find((account) => account.id === id)?.name ?? "";
  }
}

/** Somebody is always left who may do what managers do. */
export function checkManagers(accounts: Account[]): void {
  if (!accounts.some(({ role }) => role === "manager")) throw refusal("last-manager");
}

function pinFaults(pin: string, again: string): FieldFault[] {
  const digits = digitsOf(pin);
  if (!/^\d+$/.test(digits) || digits.length < LEAST || digits.length > MOST) {
    return [fault("pin", "pin-not-digits", { kind: "not_digits", least: LEAST, most: MOST })];
  }
  const steps = new Set([...digits].slice(1).map((digit, rank) => Number(digit) - Number(digits[rank])));
  if (steps.size === 1 && [-1, 0, 1].some((step) => steps.has(step))) {
    return [fault("pin", "pin-too-plain", { kind: "too_plain" })];
  }
  return digits === digitsOf(again) ? [] : [fault("again", "pin-different", { kind: "different" })];
}

function digitsOf(typed: string): string {
  return typed.replace(/\s/g, "");
}

function refusal(code: string): UserError {
  return { code, data: null, incident: false };
}
