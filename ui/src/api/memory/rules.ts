/** The rules, played just well enough to show every answer; the real ones are in `crates/domain`. */
import type {
  AttendeeForm,
  AuthorityChange,
  CodeRead,
  Fault,
  FieldFault,
  Refusal,
  SetUpForm,
  Site,
  SiteForm,
  UserError,
  WorkshopForm,
} from "../types";
import { COMMUNES, type Ledger } from "./fixtures";

/** Why a number is not taken, if it is not. */
export function refusalOf(ledger: Ledger, text: string): Refusal | undefined {
  if (!/^\d{10}$/.test(text)) return { kind: "not_a_code" };
  if (text.startsWith("0398")) return { kind: "blocked", since: "2026-11-04" };
  if (text.startsWith("77")) return { kind: "spent_elsewhere", known_on: "2026-11-14" };
  const number = numberOf(text);
  const before = ledger.redemptions.find((known) => known.number === number && known.standing !== "voided");
  return before ? { kind: "taken_here", held_on: before.held_on } : undefined;
}

export function setUpFaults({ account, structure, sites }: SetUpForm): FieldFault[] {
  const faults: FieldFault[] = [];
  if (account.name.trim() === "") faults.push(fault("account.name", "label-missing"));
  if (structure.name.trim() === "") faults.push(fault("structure.name", "label-missing"));
  const typed = structure.siret.replace(/\D/g, "").length;
  if (typed > 0 && typed < 14) {
    faults.push(fault("structure.siret", "siret-too-short", { kind: "too_short", typed, missing: 14 - typed }));
  }
  sites.forEach((site, rank) => faults.push(...siteFaults(site, `sites.${rank}.`)));
  return faults;
}

export function routeFaults(proxy: string, authority: AuthorityChange): FieldFault[] {
  const faults: FieldFault[] = [];
  if (proxy.trim() !== "" && !/:\d+$/.test(proxy.trim())) faults.push(fault("proxy", "proxy-port"));
  if (authority.kind === "add" && certificatesIn(authority.pem) === 0) {
    faults.push(fault("authority", "authority-none"));
  }
  return faults;
}

export function certificatesIn(pem: string): number {
  return pem.split("-----BEGIN CERTIFICATE-----").length - 1;
}

export function nameFaults(name: string): FieldFault[] {
  return name.trim() === "" ? [fault("name", "label-missing")] : [];
}

export function noteFaults(note: string): FieldFault[] {
  const letters = [...note.trim()].length;
  if (letters === 0) return [fault("note", "note-missing")];
  return letters > 500 ? [fault("note", "note-too-long", { kind: "too_long", most: 500 })] : [];
}

export function fault(field: string, code: string, data: Fault = { kind: "missing" }): FieldFault {
  return { field, code, data };
}

export function refuseFields(faults: FieldFault[]) {
  if (faults.length > 0) throw { code: "fields", data: faults, incident: false } satisfies UserError;
}

export function missing(): UserError {
  return { code: "missing", data: null, incident: false };
}

export function siteFaults(site: SiteForm, path: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const commune = COMMUNES.find(({ insee_code }) => insee_code === site.insee_code);
  if (site.name.trim() === "") faults.push(fault(`${path}name`, "label-missing"));
  if (!commune) faults.push(fault(`${path}insee_code`, "commune-missing"));
  else if (!commune.postcodes.includes(site.postcode)) {
    const data: Fault = { kind: "other_postcode", commune: commune.name, postcode: commune.postcodes[0] ?? "" };
    faults.push(fault(`${path}postcode`, "commune-other-postcode", data));
  }
  return faults;
}

export function workshopFaults({ title, activity, held_on }: WorkshopForm): FieldFault[] {
  const faults: FieldFault[] = [];
  if (title.trim() === "" && activity === "collectif") faults.push(fault("title", "workshop-title-missing"));
  if (!/^\d{1,2}\/\d{1,2}\/\d{4}$/.test(held_on)) faults.push(fault("held_on", "date-not-a-date"));
  return faults;
}

export function attendeeFaults({ surname, first_name, birth_year }: AttendeeForm): FieldFault[] {
  const faults: FieldFault[] = [];
  if (surname.trim() === "" && first_name.trim() === "") faults.push(fault("surname", "attendee-name-missing"));
  if (Number(birth_year) > 2026) faults.push(fault("birth_year", "attendee-birth-year-in-future"));
  return faults;
}

export function siteOf(id: number, form: SiteForm): Site {
  const commune = COMMUNES.find(({ insee_code }) => insee_code === form.insee_code)?.name ?? "";
  return { id, ...form, commune };
}

export function textOf(read: CodeRead): string {
  const text = read.kind === "text" ? read.text : read.strokes.map((stroke) => stroke.key).join("");
  return text.replace(/\s/g, "").toUpperCase();
}

export function numberOf(text: string): string {
  return text.replace(/(.{4})(?=.)/g, "$1 ");
}
