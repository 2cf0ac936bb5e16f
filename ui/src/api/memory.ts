/**
 * A desk on fixtures, for `npm run dev` in a plain browser and for the tests of the screens. It
 * keeps what it is told until the page is left, and plays the rules just well enough to show
 * every answer: a number beginning with 05 is provisional, with 0398 blocked, with 77 taken
 * elsewhere; 88 asks for a service and 99 for a pass; anything but ten digits is refused.
 * `?start=locked` begins shut, where {@link PASSPHRASE} opens it; `?start=hidden` with nobody here,
 * where one of the two people has {@link PIN}.
 */
import { countAttendance, fold, nameOf, rowOfAttendee, rowOfWorkshop, tallyOf } from "./memory/rows";
import {
  busy,
  COMMUNES,
  FACE_VALUE_CENTS,
  fresh,
  hidden,
  idle,
  PROGRAMME,
  SERVICES,
  shared,
  TODAY,
  type Ledger,
} from "./memory/fixtures";
import { readCodes } from "./memory/file";
import { behind, Lock } from "./memory/lock";
import { drawnPage } from "./memory/paper";
import {
  attendeeFaults,
  certificatesIn,
  fault,
  missing,
  nameFaults,
  noteFaults,
  numberOf,
  refusalOf,
  refuseFields,
  routeFaults,
  setUpFaults,
  siteFaults,
  siteOf,
  textOf,
  workshopFaults,
} from "./memory/rules";
import { checkManagers, Session } from "./memory/session";
import type {
  AccountForm,
  AttendeeForm,
  CertificateForm,
  CodeRead,
  ContestForm,
  Desk,
  ForgottenPinForm,
  Idle,
  NewcomerForm,
  PaperRef,
  PaperView,
  PassphraseForm,
  PassReport,
  BroughtPouch,
  PinForm,
  PouchReport,
  ProtectForm,
  Reading,
  RecoverForm,
  RedeemForm,
  Redemption,
  RedemptionAnswer,
  RedemptionFilter,
  RouteForm,
  SetUpForm,
  SignInForm,
  SiteForm,
  Standing,
  Standings,
  Tally,
  Topic,
  UserError,
  WorkshopForm,
} from ".";

/** Where the story begins. */
export type Start = "fresh" | "idle" | "busy" | "shared" | "hidden" | "locked";

const STARTS: Record<Start, () => Ledger> = { fresh, idle, busy, shared, hidden, locked: shared };

export { PIN } from "./memory/fixtures";

/** What opens the ledger that begins shut. */
export const PASSPHRASE = "girafe tambour octobre";

/** The start that an address asks for, `?start=fresh`; in use otherwise. */
export function startOf(search: string): Start {
  const asked = new URLSearchParams(search).get("start") ?? "";
  return asked in STARTS ? (asked as Start) : "busy";
}

export function memoryDesk(start: Start = "busy"): Desk {
  const lock = lockOf(start);
  const ledger = STARTS[start]();
  const session = new Session(ledger, lock);
  const desk = new MemoryDesk(ledger, lock, session);
  return behind(lock, desk as Desk, ["unlock", "recover", "onChange"], (name) => session.allow(name));
}

function lockOf(start: Start): Lock {
  if (start === "locked") return Lock.shut(PASSPHRASE, "2026-09-01");
  return start === "shared" || start === "hidden" ? Lock.set(PASSPHRASE, "2026-09-01") : new Lock();
}

class MemoryDesk implements Desk {
  #listeners = new Set<(topics: Topic[]) => void>();
  #said: string | null = null;

  constructor(
    private readonly ledger: Ledger,
    private readonly shutter: Lock,
    private readonly session: Session,
  ) {}

  // ---- Where we are --------------------------------------------------------------------

  async situation() {
    const { structure, sites, site, address, with_sounds, idle, kept } = this.ledger;
    const kept_here = this.#standings().kept;
    return {
      is_set_up: structure !== null,
      today: this.#said ?? TODAY,
      clock: this.#said === null ? { kind: "good" as const } : { kind: "said" as const, computer: TODAY },
      structure,
      site: sites.find(({ id }) => id === site) ?? null,
      account: this.session.account,
      link: {
        state: address === null ? ("not_enrolled" as const) : ("offline" as const),
        address,
        to_send: kept_here,
        waiting_since: kept_here.count > 0 ? "2026-11-16" : null,
        answered_at: address === null ? null : "2026-11-14T18:05:00+01:00",
        fault: address === null ? null : "unreachable",
        kept_codes: kept.length,
      },
      settings: { with_sounds },
      protection: this.shutter.protection,
      idle,
      version: "0.1.0",
    };
  }

  async setUp({ account, structure, sites }: SetUpForm) {
    refuseFields(setUpFaults({ account, structure, sites }));
    this.ledger.structure = { name: structure.name, siret: structure.siret || null };
    this.ledger.accounts = [{ id: 1, ...account, role: "manager", has_pin: false }];
    this.ledger.sites = sites.map((site, rank) => siteOf(rank + 1, site));
    this.ledger.account = this.ledger.site = 1;
    this.#announce("situation");
  }

  async findCommunes(text: string) {
    const folded = fold(text);
    return COMMUNES.filter(
      ({ name, postcodes }) => fold(name).startsWith(folded) || postcodes.some((code) => code.startsWith(folded)),
    );
  }

  async changeStructure({ name, siret }: { name: string; siret: string }) {
    refuseFields(nameFaults(name));
    this.ledger.structure = { name, siret: siret || null };
    this.#announce("situation");
  }

  listSites = async () => [...this.ledger.sites];

  async addSite(form: SiteForm) {
    refuseFields(siteFaults(form, ""));
    this.ledger.sites.push(siteOf(this.ledger.sites.length + 1, form));
    this.#announce("situation");
  }

  async changeSite(id: number, form: SiteForm) {
    refuseFields(siteFaults(form, ""));
    this.ledger.sites = this.ledger.sites.map((site) => (site.id === id ? siteOf(id, form) : site));
    this.#announce("situation");
  }

  async useSite(id: number) {
    this.ledger.site = id;
    this.#announce("situation");
  }

  listAccounts = async () => this.session.accounts;

  async addAccount(form: AccountForm) {
    refuseFields(nameFaults(form.name));
    const id = Math.max(...this.ledger.accounts.map((account) => account.id)) + 1;
    this.ledger.accounts.push({ id, ...form, has_pin: false });
    this.session.note(`a ajouté ${form.name}`);
    this.#announce("situation");
  }

  async changeAccount(id: number, form: AccountForm) {
    refuseFields(nameFaults(form.name));
    const changed = this.ledger.accounts.map((known) => (known.id === id ? { ...known, ...form } : known));
    checkManagers(changed);
    this.ledger.accounts = changed;
    this.session.note(`a changé le compte de ${form.name}`);
    this.#announce("situation");
  }

  async closeAccount(id: number) {
    this.session.close(id);
    this.#announce("situation");
  }

  async sayDay({ day }: { day: string }) {
    const [, date, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(day) ?? [];
    refuseFields(year === undefined ? [fault("day", "date-not-a-date")] : []);
    this.#said = `${year}-${month}-${date}`;
    this.#announce("situation");
  }

  async changeSettings({ with_sounds }: { with_sounds: boolean }) {
    this.ledger.with_sounds = with_sounds;
    this.#announce("situation");
  }

  // ---- Who is here, and what was done ----------------------------------------------------

  async signIn(form: SignInForm) {
    this.session.signIn(form);
    this.#announce("situation");
  }

  async lock() {
    this.ledger.account = null;
    this.#announce("situation");
  }

  async closeLedger() {
    this.shutter.close();
    // At the next opening the last person is here again, unless a PIN keeps their place.
    const last = this.ledger.accounts.find(({ id }) => this.ledger.pins[id] === undefined);
    this.ledger.account = last?.id ?? null;
  }

  async choosePin(form: PinForm) {
    this.session.choosePin(form);
    this.#announce("situation");
  }

  async removePin(id: number) {
    this.session.removePin(id);
    this.#announce("situation");
  }

  async forgetPin(form: ForgottenPinForm) {
    this.session.forgetPin(form);
    this.#announce("situation");
  }

  async changeIdle(idle: Idle) {
    this.ledger.idle = idle;
    this.#announce("situation");
  }

  async listAudits(before: number | null) {
    const lines = this.ledger.audits.filter(({ id }) => before === null || Number(id) < before);
    return lines.reverse().slice(0, 50);
  }

  async saveAudits() {
    this.session.note("a enregistré ce journal dans un fichier");
    this.#announce("situation");
    return "/home/nadia/Documents/journal-2026-11-19.csv";
  }

  // ---- The passphrase and the recovery sheet -------------------------------------------

  unlock = (passphrase: string) => this.shutter.open(passphrase);

  recover = (form: RecoverForm) => this.shutter.recover(form);

  protect = (form: ProtectForm) => this.shutter.protect(form);

  renewSheet = (passphrase: string) => this.shutter.renew(passphrase);

  async confirmSheet(group: string) {
    this.shutter.confirm(group, TODAY);
    this.#announce("situation");
  }

  dropSheet = async () => this.shutter.drop();

  changePassphrase = (form: PassphraseForm) => this.shutter.change(form);

  // ---- Workshops -----------------------------------------------------------------------

  async today() {
    const rows = this.#workshopRows();
    const past = rows.filter((row) => !row.is_open);
    const lastOfEach = past.filter((row, rank) => past.findIndex(({ title }) => title === row.title) === rank);
    return {
      today: TODAY,
      open: rows.filter((row) => row.is_open && row.held_on <= TODAY),
      upcoming: rows.filter((row) => row.held_on > TODAY).reverse(),
      to_repeat: lastOfEach.slice(0, 3),
      recent: past.slice(0, 5),
      standings: this.#standings(),
      waiting_since: this.#standings().kept.count > 0 ? "2026-11-16" : null,
    };
  }

  async listWorkshops({ text, skip }: { text: string; skip: number }) {
    const rows = this.#workshopRows().filter((row) => fold(`${row.title} ${row.place}`).includes(fold(text)));
    return { workshops: rows.slice(skip, skip + 50), total: rows.length };
  }

  async getWorkshop(id: number) {
    const entry = this.#entry(id);
    const here = this.ledger.redemptions.filter((redemption) => redemption.workshop_id === id);
    const provisional = here.filter(({ doubt, standing }) => doubt !== null && standing !== "voided");
    return {
      workshop: rowOfWorkshop(this.ledger, entry),
      form: structuredClone(entry.form),
      attendances: entry.people.map((attendee_id) => ({
        attendee_id,
        name: nameOf(this.ledger, attendee_id),
        redemptions: here.filter((redemption) => redemption.attendee_id === attendee_id),
      })),
      head_count: { total: entry.anonymous, by_gender: {}, by_age: {}, by_situation: {} },
      loose_redemptions: here.filter((redemption) => redemption.attendee_id === null),
      kept_codes: this.ledger.kept.filter((code) => code.workshop_id === id),
      provisional: tallyOf(provisional),
      services: SERVICES,
    };
  }

  async openWorkshop(form: WorkshopForm) {
    refuseFields(workshopFaults(form));
    const id = this.ledger.workshops.length + 1;
    this.ledger.workshops.push({ id, form, people: [], anonymous: 0, is_open: true });
    this.#announce("workshops");
    return id;
  }

  async repeatWorkshop(id: number) {
    const { form } = this.#entry(id);
    const [year, month, day] = TODAY.split("-");
    return this.openWorkshop({
      ...structuredClone(form),
      held_on: `${day}/${month}/${year}`,
      ends_at: "",
      duration: "2 h 00",
    });
  }

  async changeWorkshop(id: number, form: WorkshopForm) {
    refuseFields(workshopFaults(form));
    this.#entry(id).form = form;
    this.#announce("workshops");
  }

  async closeWorkshop(id: number) {
    this.#entry(id).is_open = false;
    this.#announce("workshops");
  }

  async reopenWorkshop(id: number) {
    this.#entry(id).is_open = true;
    this.#announce("workshops");
  }

  async countHeads(id: number, { total, by_gender }: { total: string; by_gender: Record<string, string | undefined> }) {
    const counted = Object.values(by_gender).reduce((sum, typed) => sum + Number(typed ?? 0), 0);
    if (!/^\d*$/.test(total.trim())) refuseFields([fault("total", "head-count-not-a-number")]);
    if (counted > Number(total)) {
      refuseFields([
        fault("by_gender", "head-count-over-total", { kind: "over_total", counted, total: Number(total) }),
      ]);
    }
    this.#entry(id).anonymous = Number(total);
    this.#announce("workshops");
  }

  // ---- People --------------------------------------------------------------------------

  async findAttendees(text: string) {
    const words = fold(text).split(" ").filter(Boolean);
    return this.ledger.people
      .map(({ id }) => rowOfAttendee(this.ledger, id))
      .filter(({ name }) => words.every((word) => fold(name).includes(word)));
  }

  async findDoubles(form: AttendeeForm) {
    const surname = fold(form.surname);
    if (surname === "") return [];
    return this.ledger.people
      .filter((known) => fold(known.form.surname) === surname)
      .map(({ id }) => ({ attendee: rowOfAttendee(this.ledger, id), likeness: "possible" as const }));
  }

  async addAttendee({ attendee, workshop_id }: NewcomerForm) {
    refuseFields(attendeeFaults(attendee));
    const id = this.ledger.people.length + 1;
    this.ledger.people.push({ id, form: attendee });
    if (workshop_id !== null) this.#entry(workshop_id).people.push(id);
    this.#announce("attendees", "workshops");
    return id;
  }

  async getAttendee(id: number) {
    const known = this.ledger.people.find((person) => person.id === id);
    if (!known) throw missing();
    const came = this.#workshopRows().filter((row) => this.#entry(row.id).people.includes(id));
    return {
      attendee: rowOfAttendee(this.ledger, id),
      form: structuredClone(known.form),
      attendances: came.map(({ id: workshop_id, title, held_on, duration_minutes }) => ({
        workshop_id,
        title,
        held_on,
        duration_minutes,
      })),
      redemptions: this.ledger.redemptions.filter((redemption) => redemption.attendee_id === id).reverse(),
    };
  }

  async changeAttendee(id: number, form: AttendeeForm) {
    refuseFields(attendeeFaults(form));
    this.ledger.people = this.ledger.people.map((person) => (person.id === id ? { id, form } : person));
    this.#announce("attendees", "workshops");
  }

  async attend(workshop: number, attendee: number) {
    const { people } = this.#entry(workshop);
    if (!people.includes(attendee)) people.push(attendee);
    this.#announce("workshops", "attendees");
  }

  async leave(workshop: number, attendee: number) {
    const entry = this.#entry(workshop);
    entry.people = entry.people.filter((id) => id !== attendee);
    this.#announce("workshops", "attendees");
  }

  // ---- Passes --------------------------------------------------------------------------

  async redeem(form: RedeemForm): Promise<RedemptionAnswer> {
    const text = textOf(form.read);
    const number = numberOf(text);
    const settled = form.keep_for_examination || form.choice !== null;
    if (text.startsWith("99") && !settled) {
      const pass = { programme: 1, booklet: 1, rank: 1 };
      return {
        kind: "which_pass",
        choices: [
          { pass, number, programme: PROGRAMME },
          { pass: { ...pass, rank: 2 }, number: `${number} bis`, programme: PROGRAMME },
        ],
      };
    }
    if (text.startsWith("88") && form.service === null) return { kind: "which_service", number, choices: SERVICES };
    if (text.startsWith("P1")) return { kind: "kept", kept: this.#keep(text, form) };
    const refusal = settled ? undefined : refusalOf(this.ledger, text);
    if (refusal) return { kind: "refused", refusal, number, can_keep: refusal.kind === "spent_elsewhere" };
    const redemption = this.#record(number, form, text.startsWith("05") || form.keep_for_examination);
    return { kind: "accepted", redemption };
  }

  async voidRedemption({ redemption_id, reason }: { redemption_id: number; reason: Redemption["void_reason"] }) {
    this.ledger.redemptions = this.ledger.redemptions.map((redemption) =>
      redemption.id === redemption_id ? { ...redemption, standing: "voided", void_reason: reason } : redemption,
    );
    this.#announce("passes", "workshops", "link");
  }

  async contestRedemption({ redemption_id, note }: ContestForm) {
    refuseFields(noteFaults(note));
    const objection = { note: note.trim(), written_on: TODAY, noted_at: null };
    this.ledger.redemptions = this.ledger.redemptions.map((redemption) =>
      redemption.id === redemption_id
        ? { ...redemption, objections: [objection, ...redemption.objections] }
        : redemption,
    );
    this.#announce("passes", "link");
  }

  async checkPass(read: CodeRead): Promise<PassReport> {
    const text = textOf(read);
    const refusal = refusalOf(this.ledger, text);
    const number = numberOf(text);
    return {
      number: refusal?.kind === "not_a_code" ? null : number,
      programme: refusal?.kind === "not_a_code" ? null : PROGRAMME,
      amount_cents: refusal?.kind === "not_a_code" ? null : FACE_VALUE_CENTS,
      taken_until: refusal?.kind === "not_a_code" ? null : "2027-01-31",
      check: refusal
        ? { kind: "refused", refusal }
        : text.startsWith("05")
          ? { kind: "provisional", doubt: "unlisted_booklet" }
          : { kind: "good" },
      history: this.ledger.redemptions.filter((redemption) => redemption.number === number),
    };
  }

  async readFile(file: File, reading: Reading) {
    const codes = await readCodes(file, reading);
    return Promise.all(
      codes.map(async ({ text, page }) => ({ text, page, report: await this.checkPass({ kind: "text", text }) })),
    );
  }

  async listRedemptions({ standing, before }: RedemptionFilter) {
    return this.ledger.redemptions
      .filter((redemption) => standing === null || redemption.standing === standing)
      .filter((redemption) => before === null || redemption.id < before)
      .reverse()
      .slice(0, 50);
  }

  listKeptCodes = async () => [...this.ledger.kept];

  async redeemKeptCode(): Promise<RedemptionAnswer> {
    return { kind: "refused", refusal: { kind: "not_a_code" }, number: null, can_keep: false };
  }

  async putAsideKeptCode(id: number) {
    this.ledger.kept = this.ledger.kept.filter((code) => code.id !== id);
    this.#announce("passes", "link", "workshops");
  }

  // ---- Batches and the link ------------------------------------------------------------

  async batches() {
    const first = this.ledger.redemptions[0];
    return {
      standings: this.#standings(),
      first_day: first?.held_on ?? null,
      batches: [],
      double: null,
      settlements: this.ledger.settlements,
    };
  }

  async sync(): Promise<never> {
    throw { code: "link", data: { fault: "unreachable" }, incident: false } satisfies UserError;
  }

  async enrol({ address, code }: { address: string; code: string }) {
    if (address.trim() === "") throw { code: "link", data: { fault: "address" }, incident: false } satisfies UserError;
    if (code.trim() === "") throw { code: "link", data: { fault: "code-length" }, incident: false } satisfies UserError;
    this.ledger.address = address;
    this.#announce("situation", "link");
  }

  askEnrolment = async () => undefined;

  savePouch = async () => "/media/cle/pli-34750f98-2026-11-19.pli";

  async unpackPouch(): Promise<PouchReport> {
    throw { code: "pouch", data: { fault: "other-device" }, incident: false } satisfies UserError;
  }

  async bringPouch(): Promise<BroughtPouch> {
    throw { code: "pouch", data: { fault: "return" }, incident: false } satisfies UserError;
  }

  saveReturn = async () => "/media/cle/reponse-34750f98-2026-11-19.pli";

  getRoute = async () => this.ledger.route;

  async changeRoute({ proxy, authority }: RouteForm) {
    refuseFields(routeFaults(proxy, authority));
    const kept = authority.kind === "keep" ? this.ledger.route.authorities : 0;
    const authorities = authority.kind === "add" ? certificatesIn(authority.pem) : kept;
    this.ledger.route = { proxy: proxy.trim() || null, authorities };
    this.#announce("situation");
  }

  // ---- Papers --------------------------------------------------------------------------

  async previewCertificate(form: CertificateForm): Promise<PaperView> {
    const sessions = countAttendance(this.ledger, form.attendee_id);
    if (sessions === 0) throw { code: "nothing-to-print", data: null, incident: false } satisfies UserError;
    const pages = [drawnPage("Attestation de présence", nameOf(this.ledger, form.attendee_id))];
    return { paper: null, number: null, file_name: "", sessions, pages };
  }

  async issueCertificate(form: CertificateForm): Promise<PaperView> {
    const preview = await this.previewCertificate(form);
    const id = this.ledger.certificates.length + 1;
    const number = `2026-${String(145 + id).padStart(4, "0")}`;
    this.ledger.certificates.push({
      id,
      number,
      attendee: nameOf(this.ledger, form.attendee_id),
      issued_on: TODAY,
      first_day: "2026-01-01",
      last_day: TODAY,
      sessions: preview.sessions,
    });
    this.#announce("documents");
    return { ...preview, paper: { kind: "certificate", certificate_id: id }, number, file_name: `${number}.pdf` };
  }

  listCertificates = async () => [...this.ledger.certificates].reverse();

  async showPaper(paper: PaperRef): Promise<PaperView> {
    const titles = {
      certificate: "Attestation de présence",
      sign_in_sheet: "Feuille d’émargement",
      pouch: "Pli pour la métropole",
      relayed_return: "Réponse de la métropole",
      recovery_sheet: "Fiche de secours",
    };
    const title = titles[paper.kind];
    return { paper, number: null, file_name: "papier.pdf", sessions: 1, pages: [drawnPage(title, "")] };
  }

  async printPaper(paper: PaperRef) {
    this.#expect(paper);
  }

  async savePaper(paper: PaperRef) {
    this.#expect(paper);
    return `/home/nadia/Documents/${paper.kind === "recovery_sheet" ? "fiche-de-secours" : "2026-0147"}.pdf`;
  }

  onChange(listener: (topics: Topic[]) => void) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  // ---- The rules, played ---------------------------------------------------------------

  #announce(...topics: Topic[]) {
    for (const listener of this.#listeners) listener(topics);
  }

  /** A recovery sheet can only be made while it waits to be confirmed: its code is kept nowhere. */
  #expect({ kind }: PaperRef) {
    if (kind !== "recovery_sheet" || this.shutter.hasDraft) return;
    throw { code: "nothing-to-print", data: null, incident: false } satisfies UserError;
  }

  #entry(id: number) {
    const entry = this.ledger.workshops.find((known) => known.id === id);
    if (!entry) throw missing();
    return entry;
  }

  #workshopRows() {
    return this.ledger.workshops
      .map((entry) => rowOfWorkshop(this.ledger, entry))
      .sort((one, other) => other.held_on.localeCompare(one.held_on));
  }

  #standings(): Standings {
    const of = (standing: Standing): Tally =>
      tallyOf(this.ledger.redemptions.filter((redemption) => redemption.standing === standing));
    return {
      kept: of("kept"),
      sent: of("sent"),
      credited: of("credited"),
      to_examine: of("to_examine"),
      refused: of("refused"),
      voided: of("voided"),
    };
  }

  #record(number: string, form: RedeemForm, provisional: boolean): Redemption {
    const { workshop_id, attendee_id } = form;
    const entry = rowOfWorkshop(this.ledger, this.#entry(workshop_id));
    const redemption: Redemption = {
      id: this.ledger.redemptions.length + 1,
      number,
      programme: PROGRAMME,
      service: SERVICES.find(({ service }) => service.code === form.service?.code)?.label ?? "Atelier collectif",
      amount_cents: FACE_VALUE_CENTS,
      workshop_id,
      workshop: entry.title,
      held_on: entry.held_on,
      attendee_id,
      attendee: attendee_id === null ? null : nameOf(this.ledger, attendee_id),
      standing: "kept",
      doubt: provisional ? "unlisted_booklet" : null,
      verdict: null,
      objections: [],
      can_contest: false,
      void_reason: null,
      recorded_at: `${TODAY}T14:30:00+01:00`,
    };
    this.ledger.redemptions.push(redemption);
    this.#announce("passes", "workshops", "link");
    return redemption;
  }

  #keep(text: string, { workshop_id, attendee_id }: RedeemForm) {
    const entry = rowOfWorkshop(this.ledger, this.#entry(workshop_id));
    const kept = {
      id: this.ledger.kept.length + 1,
      code: `${text.slice(0, 12)}…`,
      workshop: entry.title,
      workshop_id,
      held_on: entry.held_on,
      attendee: attendee_id === null ? null : nameOf(this.ledger, attendee_id),
      refusal: null,
    };
    this.ledger.kept.push(kept);
    this.#announce("passes", "workshops", "link");
    return kept;
  }
}
